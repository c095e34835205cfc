#!/bin/sh
# hint.sh HINTS.md [N]: lists the exercises that have a hint, or shows hint N.
# In a student's tree and without N: a hint for the first exercise that fails.
file=$1 n=$2
if [ -z "$n" ] && [ -e common/make/starter.mk ]; then
  chapter=${file#chapters/}
  exec python3 tests/coursework/check.py hint "${chapter%%_*}"
fi
[ -f "$file" ] || { echo "This chapter has no hints." >&2; exit 2; }
if [ -z "$n" ]; then
  echo "Hints (choose one with N=1, N=2, ...):"
  sed -n 's/^## /  /p' "$file"
  exit 0
fi
case $n in
  *[!0-9]* | 0*) echo "N must be a number from 1: make hint03 N=1" >&2; exit 2 ;;
esac
awk -v n="$n" '/^## / {k++} k == n {print; found = 1} END {exit !found}' \
  "$file" || { echo "There is no hint $n in $file." >&2; exit 2; }
