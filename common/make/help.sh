#!/bin/sh
# help.sh FOLDER...: what `make` can do, and the chapters that there are.
cat <<END
A Neural Network by Hand, in Parallel

  make deps chapter03 && ./chapter03   build a chapter and run it
  make deps test                       build and run every test

Chapters
END
for folder in "$@"; do
  title=$(sed -n 's/^# *//p' "chapters/$folder/README.md" 2>/dev/null |
          head -n 1)
  printf '  chapter%s   %s\n' "${folder%%_*}" "${title:-$folder}"
done
cat <<END

Targets (03 stands for any chapter)
  chapter03   build it; it is then ./chapter03
  test03      run its tests             test    run all tests
  bench03     run its benchmark         bench   run all, one by one
  hint03      list its hints; N=1 shows the first
  check03     test its coursework exercises, one by one; watch03: at every save
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
  V=1 shows each command.     ./chapter03 --help tells a program's options.
END
