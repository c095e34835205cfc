# What all figures have in common. draw.py knows these colours, and puts those
# for dark pages beside them.
text = "#1f2328"; axis = "#57606a"; lines = "#d0d7de"; pale = "#9aa4af"
blue = "#0a5cad"; orange = "#953800"; green = "#1a7f37"; violet = "#6639ba"

# On a phone, 480 units are as wide as the page: letters of 15 stay legible.
wide = 480; high = 330
set terminal svg size wide,high dynamic font "system-ui, sans-serif,15"
set datafile separator comma
set datafile commentschars "#"

set border 3 linecolor rgb axis linewidth 1
set tics nomirror scale 0.5 textcolor rgb axis
set grid ytics linecolor rgb lines linetype 1 linewidth 1
set key off
set tmargin 2.2
set style fill solid noborder
