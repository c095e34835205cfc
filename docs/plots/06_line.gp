# title: The loss on the way from one network to another
# about: Loss on real MNIST of the networks on the line from A to B, two
#  networks of chapter 4. From different starts it rises from 0.39 at A to 0.49
#  half way, and falls to 0.41 at B. With B's units matched to A's, and between
#  two networks from one start, it falls to 0.36 and 0.34 half way.
load "docs/plots/style.gp"
set datafile columnheaders
set xrange [0:1]
set yrange [0.3:0.55]
set xtics ("A" 0, "half way" 0.5, "B" 1)
set ytics 0.05 format "%.2f"
set label "loss on the test images" at graph 0,1.06 textcolor rgb text
of(name) = stringcolumn("way") eq name ? column("loss") : NaN

set label "different starts" at 0.5,0.515 center textcolor rgb blue
set label "the same two, matched" at 0.5,0.385 center textcolor rgb orange
set label "one start" at 0.5,0.322 center textcolor rgb green

plot data using "t":(of("different")) with linespoints lw 2 pt 7 ps 0.6 \
    lc rgb blue, \
  data using "t":(of("matched")) with linespoints lw 2 pt 9 ps 0.8 \
    lc rgb orange, \
  data using "t":(of("same")) with linespoints lw 2 pt 5 ps 0.5 lc rgb green
