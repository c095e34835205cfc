#!/bin/sh
# run_tests.sh SUITE...: runs each suite and sums up. A suite is a GoogleTest
# program, or a script whose last line is "N passed, M failed". One line a
# suite; the whole output only of those that fail. V=1 shows everything.
passed=0 failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# Sets status, ok and bad.
run_program() {
  "$1" --gtest_brief=$([ "${V:-0}" = 1 ] && echo 0 || echo 1) >"$log" 2>&1
  status=$?
  ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests*\.$/\1/p' "$log")
  bad=$(grep -c '^\[  FAILED  \] .* ([0-9]* ms)$' "$log")
}
run_script() {
  sh "$1" >"$log" 2>&1
  status=$?
  ok=$(sed -n '$s/^\([0-9]*\) passed, .*/\1/p' "$log")
  bad=$(sed -n '$s/.* passed, \([0-9]*\) failed$/\1/p' "$log")
}

for suite in "$@"; do
  name=$(basename "$suite" .sh)
  case $suite in
    *.sh) run_script "$suite" ;;
    *) run_program "$suite" ;;
  esac
  ok=${ok:-0} bad=${bad:-0}
  # A crash prints no count, and an empty suite proves nothing.
  [ $status -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
  printf '  %-13s %4d passed, %d failed\n' "$name" "$ok" "$bad"
  if [ "$bad" -ne 0 ] || [ "${V:-0}" = 1 ]; then cat "$log"; fi
  sed -n 's/^NOTE: /                /p' "$log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
