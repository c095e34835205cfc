#!/bin/sh
# run_tests.sh SUITE...: runs the suites, one a core at a time, and sums up. A
# suite is a GoogleTest program, or a script whose last line is "N passed, M
# failed". One line a suite; the whole output only of those that fail. V=1
# shows everything. RUN='COMMAND' runs the programs, as an emulator does.

# Leaves the output in $log; sets status, ok and bad.
run_program() {
  ${RUN:-} "$1" --gtest_brief=$([ "${V:-0}" = 1 ] && echo 0 || echo 1) >"$log" 2>&1
  status=$?
  ok=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) tests*\.$/\1/p' "$log")
  bad=$(grep -c '^\[  FAILED  \] .* ([0-9]* ms)$' "$log")
}
# run_script INTERPRETER SCRIPT
run_script() {
  "$1" "$2" >"$log" 2>&1
  status=$?
  ok=$(sed -n '$s/^\([0-9]*\) passed, .*/\1/p' "$log")
  bad=$(sed -n '$s/.* passed, \([0-9]*\) failed$/\1/p' "$log")
}

name_of() { basename "${1%.[ps][yh]}"; }

# Runs one suite, prints what is to be said of it at once, so that suites do
# not mix, and leaves "passed failed" in $counts/NAME.
run_suite() {
  name=$(name_of "$1")
  log=$counts/$name.log
  case $1 in
    *.sh) run_script sh "$1" ;;
    *.py) run_script python3 "$1" ;;
    *) run_program "$1" ;;
  esac
  ok=${ok:-0} bad=${bad:-0}
  # A crash prints no count, and an empty suite proves nothing.
  [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && bad=1
  echo "$ok $bad" >"$counts/$name"
  {
    printf '  %-13s %4d passed, %d failed\n' "$name" "$ok" "$bad"
    if [ "$bad" -ne 0 ] || [ "${V:-0}" = 1 ]; then cat "$log"; fi
    sed -n 's/^NOTE: /                /p' "$log"
  } >"$log.said"
  cat "$log.said"
}

if [ "$1" = --one ]; then
  counts=$2
  run_suite "$3"
  exit
fi

counts=$(mktemp -d) || exit 1
trap 'rm -rf "$counts"' EXIT
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
printf '%s\n' "$@" | xargs -P "$cores" -n 1 sh "$0" --one "$counts"

passed=0 failed=0
for suite in "$@"; do
  # A suite that left nothing was killed.
  read -r ok bad 2>/dev/null <"$counts/$(name_of "$suite")" || ok=0 bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
