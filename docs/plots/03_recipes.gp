# title: How the recipes of chapter 3 learn
# about: Test accuracy on real MNIST after each pass over the training images,
#  on a scale on which halving the mistakes is the same step everywhere. The
#  recipe "writeup" takes one step a pass: it climbs slowly, to 83.7% after 100
#  passes. "default" takes 1,875 steps a pass: it has 95.1% after the first and
#  97.7% after 10. "best", which is wider, takes 3,750 steps a pass: it has 96.8%
#  after the first and 98.5% after 20.
load "docs/plots/style.gp"
set datafile columnheaders
set logscale x
set xrange [0.9:110]
set xtics (1, 2, 5, 10, 20, 50, 100)
set xlabel "passes over the training images" textcolor rgb text
set label "test accuracy" at graph 0,1.06 textcolor rgb text

# So high is an accuracy: halving the mistakes is one step.
height(accuracy) = -log10(1 - accuracy)
set yrange [0:2]
set ytics ("50%%" height(0.5))
do for [a in "0 80 90 95 98 99"] {
  set ytics add (a . "%%" height(0.01 * a))
}

of(name, x) = stringcolumn("recipe") eq name ? x : NaN
up(name) = of(name, height(column("accuracy")))
# Of the last pass, what stands beside it.
end(name, last) = column("epoch") == last ? up(name) : NaN
said(name) = sprintf("%s %.1f%%", name, 100 * column("accuracy"))

plot data using "epoch":(up("writeup")) with lines lw 3 lc rgb orange, \
  data using "epoch":(up("default")) with linespoints lw 2 pt 7 ps 0.6 \
    lc rgb blue, \
  data using "epoch":(up("best")) with linespoints lw 2 pt 9 ps 0.8 \
    lc rgb green, \
  data using "epoch":(end("writeup", 100)):(said("writeup")) \
    with labels right offset 0,0.8 textcolor rgb orange, \
  data using "epoch":(end("default", 10)):(said("default")) \
    with labels left offset 0.8,-0.3 textcolor rgb blue, \
  data using "epoch":(end("best", 20)):(said("best")) \
    with labels left offset 0.8,0 textcolor rgb green
