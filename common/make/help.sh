#!/bin/sh
# help.sh FOLDER...: what `make` can do, and the chapters that there are.
# The chapter of the examples: 03, or the last where that is not there.
for folder in "$@"; do
  any=${folder%%_*}
  [ "$any" = 03 ] && break
done
cat <<END
A Neural Network by Hand, in Parallel

  make deps chapter$any && ./chapter$any   build a chapter and run it
  make deps test                       build and run every test

Chapters
END
for folder in "$@"; do
  title=$(sed -n 's/^# *//p' "chapters/$folder/README.md" 2>/dev/null |
          head -n 1)
  printf '  chapter%s   %s\n' "${folder%%_*}" "${title:-$folder}"
done
cat <<END

Targets ($any stands for any chapter)
  chapter$any   build it; it is then ./chapter$any
  test$any      run its tests             test    run all tests
END
# What a student's tree has not.
[ -e common/make/more.mk ] && cat <<END
  bench$any     run its benchmark         bench   run all, one by one
END
cat <<END
  hint$any      list its hints; N=1 shows the first
  check$any     test its coursework exercises, one by one; watch$any: at every save
  submission  pack your answers into submission.zip, to hand in
  all         build every chapter
  deps        install what is missing, with your package manager
  data        download MNIST (SET=fashion-mnist: its drop-in)
  try         compile try.cpp, a program of your own, and run it (FILE=my.cpp)
END
# What a student's tree has not.
[ -e common/make/more.mk ] && cat <<END
  lessons     renew the code and the output in the lessons (LESSON=03: in one)
  figures     draw the figures anew; figures-data records their data anew
  speedup     measure chapter 7's speedup and draw it; test-slurm: under Slurm
  docs        the book as a site, in build/docs/html; docs-open opens it
  format      clang-format             tidy    clang-tidy
  fuzz        60 seconds of broken files against the IDX reader (Clang)
  stress      minutes of random work against the pools
  starter     write a student's tree (DIR=path CHAPTERS=01-03)
  grade       grade one (SUBMISSION=path); grade-class: all (IN=, OUT=folder)
              grade-selftest: the judge against hostile submissions
  gradescope  pack an autograder for Gradescope (CHAPTERS=01-03)
  classroom   add a code host's workflow to a student's tree (DIR=path)
  example-class  ten invented submissions to try it with (DIR=path)
END
cat <<END
  clean       remove what was built

Settings
  CXX=clang++   BUILD=debug   SANITIZE=thread   SANITIZE=address,undefined
  ARCH=-mcpu=cortex-a72 compiles for that processor; RUN=qemu-aarch64 runs a
  cross compiler's tests; make test-arm does both, on Debian.
  V=1 shows each command.     ./chapter$any --help tells a program's options.
END
