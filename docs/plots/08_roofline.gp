# title: The rungs of the ladder, under the roofs of one core
# about: Speed over operations per byte that the inner loop moves, both axes
#  logarithmic, for matrices of 256 and of 2048. The ordered loop stands far to
#  the left, under the sloping roofs. Tiles stand to the right of those of L1 and
#  L2; large ones are held down under memory's. Blocks come up to it, packed
#  stands above it, and vectors stand furthest right, close to the peak.
load "docs/plots/style.gp"
load "docs/plots/roofs.gp"
set xrange [0.08:20]
set xtics (0.1, 1, 10)
set ytics (10, 100)
set yrange [4:600]
set label sprintf("peak: %.0f GFLOP/s", peak) at 18,peak right offset 0,0.6 \
  textcolor rgb text
array left[3] = [0.2, 0.26, 0.3]
array shift[3] = [0.6, -0.7, -0.7]
do for [i = 1:3] {
  set label roof_name(i) at left[i],left[i] * speed[i] rotate by 45 \
    offset 0,shift[i] textcolor rgb axis
}
of(size) = stringcolumn("what") eq size ? column("flops_per_byte") : NaN

plot (x > peak / speed[1] ? peak : NaN) with lines lw 2 lc rgb text, \
  for [i = 1:3] roof(x, i) with lines lw 2 lc rgb pale, \
  data using (of("256")):"gflops" with points pt 6 ps 0.8 lc rgb blue, \
  data using (of("2048")):"gflops" with points pt 7 ps 0.8 lc rgb blue, \
  data using (of("2048")):"gflops":"name" with labels left offset 0.7,0 \
    textcolor rgb blue
