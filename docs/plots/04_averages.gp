# title: The average of the weights of n models
# about: Test accuracy on real MNIST of the average of the weights of 1, 2, 3,
#  5, 10, 20 and 60 models. From one start it rises from 88.5% to 91.4%. From
#  different starts it falls, to 85% for two, 47% for ten and 8.9% for sixty. The
#  average of shuffled twins of one model falls much the same; of infinitely many
#  it has 8.9% to 12.7%, drawn at the right edge. The bands reach
#  from the lowest to the highest of several draws.
load "docs/plots/style.gp"
set datafile columnheaders
set logscale x
set xrange [0.93:135]
set yrange [0:100]
set xtics (1, 2, 3, 5, 10, 20, 60, "∞" 115)
set ytics 20 format "%g%%"
set xlabel "models averaged" textcolor rgb text
set label "test accuracy" at graph 0,1.06 textcolor rgb text
set style fill transparent solid 0.16 noborder

endless = "inf"
of(kind, name) = stringcolumn("kind") eq kind \
    && stringcolumn("models") ne endless ? 100 * column(name) : NaN
last(name) = stringcolumn("models") eq endless ? 100 * column(name) : NaN

set label "one start" at 60,96 right textcolor rgb green
set label "different starts" at 5.6,76 left textcolor rgb blue
set label "twins of one" at 4.4,34 right textcolor rgb orange

plot data using "models":(of("twins", "lowest")):(of("twins", "highest")) \
    with filledcurves lc rgb orange, \
  data using "models":(of("different", "lowest")):(of("different", "highest")) \
    with filledcurves lc rgb blue, \
  data using "models":(of("one", "lowest")):(of("one", "highest")) \
    with filledcurves lc rgb green, \
  data using "models":(of("twins", "mean")) with linespoints lw 2 pt 9 ps 0.8 \
    lc rgb orange, \
  data using "models":(of("different", "mean")) with linespoints lw 2 pt 7 \
    ps 0.6 lc rgb blue, \
  data using "models":(of("one", "mean")) with linespoints lw 2 pt 5 ps 0.5 \
    lc rgb green, \
  data using (115):(last("mean")):(last("lowest")):(last("highest")) \
    with yerrorbars lw 2 pt 9 ps 0.8 lc rgb orange
