# title: Six orders of three loops, under the roofs of one core
# about: Speed over operations per byte moved, both axes logarithmic. A flat roof
#  is what the core can compute, and sloping ones what L1, L2, L3 and memory can
#  deliver. The orders jki and kji, with 12 bytes a step, are fastest; ijk and
#  jik, with 68, are in between; ikj and kij, with 192, are a hundred times
#  slower than the first.
load "docs/plots/style.gp"
set datafile columnheaders
set logscale xy
set xrange [0.006:8]
set yrange [0.1:300]
set xtics (0.01, 0.1, 1)
set ytics (0.1, 1, 10, 100)
set grid noytics
set xlabel "operations per byte that the inner loop moves" textcolor rgb text
set label "GFLOP/s" at graph 0,1.06 textcolor rgb text
set samples 400

array sizes = ["16 KB", "256 KB", "8 MB", "256 MB"]
array speed[4]
is(what, name) = stringcolumn("what") eq what && stringcolumn("name") eq name
do for [i = 1:4] {
  stats data using (is("roof", sizes[i]) ? column("gflops") : NaN) nooutput
  speed[i] = STATS_max
}
stats data using (stringcolumn("what") eq "peak" ? column("gflops") : NaN) \
  nooutput
peak = STATS_max
roof(x, i) = speed[i] * x < peak ? speed[i] * x : NaN

set label sprintf("peak: %.0f GFLOP/s", peak) at 7.4,peak right offset 0,0.6 \
  textcolor rgb text
do for [i = 1:4] {
  set label sprintf("%s: %.0f GB/s", sizes[i], speed[i]) \
    at 0.0065 * 1.6 ** i,speed[i] * 0.0065 * 1.6 ** i rotate by 37 \
    offset 0,0.4 textcolor rgb axis
}
# Orders of one kind have one place: the first is named at its left.
side(name) = strstrt("jki ijk ikj", name) > 0
point(left) = stringcolumn("what") eq "order" && \
  side(stringcolumn("name")) == left ? column("flops_per_byte") : NaN

plot (x > peak / speed[1] ? peak : NaN) with lines lw 2 lc rgb text, \
  for [i = 1:4] roof(x, i) with lines lw 2 lc rgb pale, \
  for [left = 0:1] data using (point(left)):"gflops" with points pt 7 ps 0.8 \
    lc rgb blue, \
  data using (point(1)):"gflops":"name" with labels right offset -0.7,0 \
    textcolor rgb blue, \
  data using (point(0)):"gflops":"name" with labels left offset 0.7,0 \
    textcolor rgb blue
