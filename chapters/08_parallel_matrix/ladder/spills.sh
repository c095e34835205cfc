#!/bin/sh
# Counts the kernels of this chapter's tiles, and the instructions in them that
# move a vector between a register and the stack. Fails if there is one. A vmovq
# moves no vector: there GCC keeps an address, in half a register.
set -eu
file=${1:-build/release-g++/chapters/08_parallel_matrix/kernels/tile.o}
"${OBJDUMP:-objdump}" -d --no-show-raw-insn "$file" | awk '
  /^[0-9a-f]+ </ { kernel = /tile_kernel/; kernels += kernel }
  kernel && !/\tv?mov[dq] / && (/[xyz]mm.*%rsp|%rsp.*[xyz]mm/ || /\t(ld|st)[rp]\tq.*\[sp/) { n++ }
  END {
    printf "%d kernels, %d vectors moved to or from the stack\n", kernels, n
    exit kernels == 0 || n > 0
  }'
