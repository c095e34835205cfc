#!/bin/sh
# run_tests.sh SUITE...: runs each GoogleTest program and sums up. One line a
# suite; the whole output only of those that fail. V=1 shows everything.
passed=0 failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
for suite in "$@"; do
  name=$(basename "$suite")
  "$suite" --gtest_brief=$([ "${V:-0}" = 1 ] && echo 0 || echo 1) >"$log" 2>&1
  status=$?
  ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests*\.$/\1/p' "$log")
  ok=${ok:-0}
  bad=$(grep -c '^\[  FAILED  \] .* ([0-9]* ms)$' "$log")
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
