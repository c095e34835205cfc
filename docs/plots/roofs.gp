# What rooflines have in common: the axes, and the roofs that they are recorded
# with. `speed` holds GB/s, `peak` GFLOP/s.
set terminal svg size wide,400 dynamic font "system-ui, sans-serif,15"
set datafile columnheaders
set logscale xy
set grid noytics
set xlabel "operations per byte that the inner loop moves" textcolor rgb text
set label "GFLOP/s" at graph 0,1.06 textcolor rgb text
set samples 400

# What lies in L1, in L2 and in memory alone. L3 is about as fast as L2.
array sizes = ["16 KB", "256 KB", "256 MB"]
array names = ["L1", "L2", "memory"]
array speed[3]
is(what, name) = stringcolumn("what") eq what && stringcolumn("name") eq name
do for [i = 1:3] {
  stats data using (is("roof", sizes[i]) ? column("gflops") : NaN) nooutput
  speed[i] = STATS_max
}
stats data using (stringcolumn("what") eq "peak" ? column("gflops") : NaN) \
  nooutput
peak = STATS_max
roof(x, i) = speed[i] * x < peak ? speed[i] * x : NaN
roof_name(i) = sprintf("%s: %.0f GB/s", names[i], speed[i])
