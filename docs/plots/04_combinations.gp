# title: Sixty models, and each way of combining them
# about: Test accuracies on real MNIST, from 85% to 99%. The sixty single models
#  lie between 85% and 90%, from either start. The average of weights has 91.4%
#  if all began alike, and if each began differently 8.9%, far outside of the
#  picture. The average of predictions and the majority vote have about 92% from
#  either start. One network on all images has 98.1%.
load "docs/plots/style.gp"
set datafile columnheaders
set terminal svg size wide,400 dynamic font "system-ui, sans-serif,15"
set border 1
unset ytics
set tmargin 0.8
set grid noytics xtics linecolor rgb lines linetype 1 linewidth 1
set xtics 86,2 format "%g%%"
set xlabel "test accuracy" textcolor rgb text

# A row for each: its name, and below it a line for either start.
array names = ["sixty single models", "average of weights", \
  "average of predictions", "majority vote", "one network on all images"]
row(i) = -1.18 * (i - 1)
line(i, start) = row(i) - (start eq "one" ? 0.68 : 0.36)
do for [i = 1:5] { set label names[i] at 85,row(i) textcolor rgb text }

share(what, start) = stringcolumn("combination")[1:strlen(what)] eq what && \
  stringcolumn("start") eq start ? 100 * column("accuracy") : NaN
said(x) = sprintf("%.1f%%", x)
stats data using (share(names[2], "different")) nooutput  # of all there are
set xrange [84.8:99.4]
set yrange [-5.3:0.6]
# Points that would hide each other are spread, the same each time.
spread(i) = 0.09 * sin(7.3 * i)

# The one that lies outside.
set arrow from 85.9,line(2, "different") to 85.1,line(2, "different") \
  lw 2 lc rgb blue
set label said(STATS_max) at 86.1,line(2, "different") textcolor rgb blue

set label "different starts" at 92.6,line(1, "different") textcolor rgb blue
set label "one start" at 92.6,line(1, "one") textcolor rgb orange

plot \
  data using (share("model ", "different")):\
    (line(1, "different") + spread($0)) with points pt 7 ps 0.3 lc rgb blue, \
  data using (share("model ", "one")):(line(1, "one") + spread($0)) \
    with points pt 5 ps 0.3 lc rgb orange, \
  for [i = 2:5] data using (share(names[i], "different")):\
    (line(i, "different")) with points pt 7 ps 0.8 lc rgb blue, \
  for [i = 2:4] data using (share(names[i], "one")):(line(i, "one")) \
    with points pt 5 ps 0.7 lc rgb orange, \
  for [i = 2:5] data using (share(names[i], "different")):\
    (line(i, "different")):(said(100 * column("accuracy"))) \
    with labels left offset 0.8,0 textcolor rgb blue, \
  for [i = 2:4] data using (share(names[i], "one")):(line(i, "one")):\
    (said(100 * column("accuracy"))) \
    with labels left offset 0.8,0 textcolor rgb orange
