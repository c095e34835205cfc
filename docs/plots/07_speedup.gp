# title: Speedup over the number of workers, measured and simulated
# about: On the left sixty even shards, on the right sixty skewed ones in random
#  order; both axes are logarithmic, from 1 to 1,024 workers. Large dots were
#  measured, thin lines are simulated. On even shards all executors climb
#  together to the bound, in steps: 20 with 29 workers, 30 from 30 to 59, 60
#  from 60 on. On skewed shards static stays behind, while balancing and
#  stealing follow the bound closely until the largest shard stops both.
load "docs/plots/style.gp"
set datafile columnheaders
set datafile missing NaN  # the lines of one executor do not stand together
set terminal svg size wide,400 dynamic font "system-ui, sans-serif,15"
set logscale xy 2
set xrange [0.9:1200]
set yrange [0.8:80]
set xtics ("1" 1, "8" 8, "64" 64, "1024" 1024)
set ytics (1, 2, 4, 8, 16, 30, 60)

is(k, w, e) = stringcolumn("kind") eq k && stringcolumn("executor") eq e \
  && strstrt(stringcolumn("way"), w) == 1
at(k, w, e) = is(k, w, e) ? column("speedup") : NaN
array ways = ["even", "shuffled"]
array names = ["even shards", "skewed shards"]
array who = ["static", "balancing", "stealing"]
array colour = [0x953800, 0x1a7f37, 0x0a5cad]

set bmargin 4
set multiplot layout 1,2
do for [i = 1:2] {
  unset label
  set label names[i] at graph 0,1.06 textcolor rgb text
  set label "workers" at graph 0.5,-0.2 center textcolor rgb text
  if (i == 1) {
    set label "bound" at 20,45 right textcolor rgb axis
  } else {
    do for [e = 1:3] {
      set label who[e] at graph 0.97,(0.32 - 0.08 * e) right \
        textcolor rgb colour[e]
    }
  }
  plot data using "workers":(at("bound", ways[i], "any")) with lines lw 4 \
      lc rgb pale, \
    for [e = 1:3] data using "workers":(at("simulated", ways[i], who[e])) \
      with lines lw 1.5 lc rgb colour[e], \
    for [e = 1:3] data using "workers":(at("median", ways[i], who[e])) \
      with points pt 7 ps 0.9 lc rgb colour[e]
}
unset multiplot
