# title: Sixty uneven shards on four workers
# about: Which worker trains each shard, and when, on the virtual clock. Static:
#  three workers are done within 0.9 s and wait for the last, which was dealt the
#  fifteen largest shards and ends at 4.25 s. Balanced and stolen: all four
#  workers are busy most of the time, and the last ends at 1.67 and at 1.85 s.
load "docs/plots/style.gp"
set datafile columnheaders
set terminal svg size wide,440 dynamic font "system-ui, sans-serif,15"
unset ytics
set tmargin 0.8
set border 1
set grid noytics xtics linecolor rgb lines linetype 1 linewidth 1
set xlabel "seconds of the virtual clock" textcolor rgb text

array names = ["static", "balancing", "stealing"]
array words = ["static", "balanced", "stolen"]
of(i, x) = stringcolumn("executor") eq names[i] ? x : NaN
top(i) = -6 * (i - 1)
row(i) = top(i) - 1.4 - column("worker")

do for [i = 1:3] {
  stats data using (of(i, column("end"))) nooutput
  set label sprintf("%s: %.2f s", words[i], STATS_max) at 0,top(i) \
    textcolor rgb text
}
set xrange [0:*]
set yrange [-17.2:0.8]

# Two colours in turn tell a worker's shards apart.
array turn[4]
do for [w = 1:4] { turn[w] = 0 }
shade(w) = (turn[w] = 1 - turn[w]) ? 0x0a5cad : 0x9aa4af

plot for [i = 1:3] data using (of(i, column("start"))):(row(i)):\
    "start":"end":(row(i) - 0.42):(row(i) + 0.42):\
    (of(i, 1) == 1 ? shade(int(column("worker")) + 1) : 0) \
    with boxxyerror lc rgb variable
