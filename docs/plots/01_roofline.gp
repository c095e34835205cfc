# title: Six orders of three loops, under the roofs of one core
# about: Speed over operations per byte moved, both axes logarithmic. A flat roof
#  is what the core can compute, and sloping ones what L1, L2 and memory can
#  deliver. The orders jki and kji, with 12 bytes a step, are fastest; ijk and
#  jik, with 68, are in between; ikj and kij, with 192, are more than forty
#  times slower than the first.
load "docs/plots/style.gp"
load "docs/plots/roofs.gp"
set xrange [0.004:8]
set xtics (0.01, 0.1, 1)
set ytics (1, 10, 100)
set yrange [0.3:200]  # not before: it would keep a roof out of what is read
set label sprintf("peak: %.0f GFLOP/s", peak) at 7.4,peak right offset 0,0.6 \
  textcolor rgb text
# The roofs' names keep clear of the dots: memory's stands below its roof.
array left[3] = [0.018, 0.018, 0.29]
array shift[3] = [0.6, 0.6, -0.7]
do for [i = 1:3] {
  set label roof_name(i) at left[i],left[i] * speed[i] rotate by 41 \
    offset 0,shift[i] textcolor rgb axis
}
# Orders of one kind have one place: the first is named at its left.
side(name) = strstrt("jki ijk ikj", name) > 0
dot(left) = stringcolumn("what") eq "order" && \
  side(stringcolumn("name")) == left ? column("flops_per_byte") : NaN

plot (x > peak / speed[1] ? peak : NaN) with lines lw 2 lc rgb text, \
  for [i = 1:3] roof(x, i) with lines lw 2 lc rgb pale, \
  for [left = 0:1] data using (dot(left)):"gflops" with points pt 7 ps 0.8 \
    lc rgb blue, \
  data using (dot(1)):"gflops":"name" with labels right offset -0.7,0 \
    textcolor rgb blue, \
  data using (dot(0)):"gflops":"name" with labels left offset 0.7,0 \
    textcolor rgb blue
