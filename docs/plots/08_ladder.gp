# title: The ladder: six ways to multiply two square matrices on one core
# about: GFLOP/s over the size n, from 16 to 2048, both axes logarithmic. The
#  ordered loop is lowest. Tiles are two to four times as fast up to 256 and then
#  fall steeply, blocks fall less, packed stays level, and vectors reach most of the
#  peak at every size from 64 on, beside BLAS or above it.
load "docs/plots/style.gp"
set terminal svg size wide,400 dynamic font "system-ui, sans-serif,15"
set datafile columnheaders
set datafile missing NaN  # the rows of one rung do not stand together
set logscale xy 2
set xrange [14:6500]
set xtics ("16" 16, "64" 64, "256" 256, "1024" 1024)
set yrange [8:320]
set ytics (8, 16, 32, 64, 128, 256)
set label "GFLOP/s" at graph 0,1.06 textcolor rgb text
set label "n" at graph 0.95,-0.06 textcolor rgb text

of(name) = stringcolumn("rung") eq name ? column("gflops") : NaN
stats data using (of("peak")) nooutput
peak = STATS_max
set label sprintf("peak: %.0f", peak) at 16,peak offset 0,0.6 \
  textcolor rgb text
array names = ["ordered", "tiles", "blocks", "packed", "vectors", "blas"]
array colour = [0x57606a, 0x953800, 0x6639ba, 0x1a7f37, 0x0a5cad, 0x9aa4af]
do for [i = 1:6] {
  stats data using (column("n") == 2048 ? of(names[i]) : NaN) nooutput
  set label names[i] at 2300,STATS_max * (names[i] eq "blas" ? 0.87 : 1) \
    textcolor rgb colour[i]
}
plot (x < 2100 ? peak : NaN) with lines lw 2 lc rgb text, \
  for [i = 1:6] data using "n":(of(names[i])) with linespoints lw 2 pt 7 \
    ps 0.5 lc rgb colour[i]
