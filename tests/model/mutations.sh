#!/bin/sh
# mutations.sh: breaks the lock-free headers in every way that mutations.txt
# lists, one at a time, and fails if a broken one passes its model check.
#
#   CXX=g++ OUT=build/release-g++ sh tests/model/mutations.sh
#
# A mutant is a copy of the headers with one text replaced, in a namespace of
# its own (nn_NUMBER), so that one program holds all mutants of one check and
# compiles in seconds. Mutant 0 is unbroken: a check that fails without a
# mutation proves nothing. To follow one failure step by step:
#
#   $OUT/mutants/growing-0 NUMBER
#
# Ends with "N passed, M failed".
CXX=${CXX:-c++}
OUT=${OUT:-build/mutants}
table=tests/model/mutations.txt
home=$OUT/mutants
headers="04_work_balancing/pool/atomics.hpp 04_work_balancing/pool/bell.hpp
  04_work_balancing/pool/task_state.hpp 04_work_balancing/pool/waiting.hpp
  04_work_balancing/pool/work_queue.hpp 04_work_balancing/pool/owned_count.hpp
  05_work_stealing/steal.hpp 05_work_stealing/circular_buffer.hpp
  05_work_stealing/bounded_deque.hpp 05_work_stealing/growing_deque.hpp
  05_work_stealing/fenced_deque.hpp 05_work_stealing/event_count.hpp
  05_work_stealing/sleepers.hpp 05_work_stealing/steps.hpp
  05_work_stealing/tally.hpp 05_work_stealing/entry_queue.hpp
  05_work_stealing/spin.hpp 08_parallel_matrix/fused/barrier.hpp
  model/sleep.hpp model/programs.hpp model/pool_programs.hpp
  model/barrier_programs.hpp"

# The table as lines: number|check|file|all|expect|name
mutants() {
  awk '/^== /{ n++; name[n] = substr($0, 4) }
    /^(file|check|expect|all): /{ key = $1; sub(/^[a-z]*: */, "")
      value[n, key] = $0 }
    END { for (i = 1; i <= n; i++) print i "|" value[i, "check:"] "|" \
      value[i, "file:"] "|" value[i, "all:"] "|" \
      value[i, "expect:"] "|" name[i] }' $table
}

# mutate NUMBER FILE ALL: FILE with the text in "- " lines replaced by that in
# "+ " lines; after "and:" the next. Status 3 if a text does not occur, or twice
# and not ALL.
mutate() {
  awk -v n="$1" -v all="$3" -v k=0 '
    function replace(old, new,  result, start, times) {
      sub(/\n$/, "", old); sub(/\n$/, "", new)
      while (old != "" && (start = index(text, old))) {
        result = result substr(text, 1, start - 1) new
        text = substr(text, start + length(old))
        times++
      }
      if (!times || (times > 1 && all != "yes")) exit 3
      text = result text
    }
    FNR == NR {
      if (/^== /) m++
      if (m == n && /^and:/) k++
      if (m == n && /^- /) old[k] = old[k] substr($0, 3) "\n"
      if (m == n && /^\+ /) new[k] = new[k] substr($0, 3) "\n"
      next
    }
    { text = text $0 "\n" }
    END {
      for (i = 0; i <= k; i++) replace(old[i], new[i])
      printf "%s", text
    }' $table "$2"
}

# copy NUMBER: the headers in namespace nn_NUMBER, as $home/NUMBER/...
copy() {
  mkdir -p "$home/$1/04_work_balancing/pool" "$home/$1/05_work_stealing" \
    "$home/$1/08_parallel_matrix/fused" "$home/$1/model"
  for header in $headers; do
    case $header in model/*) from=tests/$header ;; *) from=chapters/$header ;; esac
    [ "$header" != "$2" ] || from=$home/mutated.hpp
    sed -e "s/namespace nn\\([ :]\\)/namespace nn_$1\\1/" \
      -e "s/^namespace nn_$1::model {/& using namespace ::nn::model;/" \
      -e "s|\"\(0[458]_[a-z_]*\)/|\"$1/\1/|" \
      -e "s|\"model/sleep|\"$1/model/sleep|" "$from" >"$home/$1/$header"
  done
}

# include NUMBER CHECK and entry NUMBER CHECK: a mutant's share of the program.
include() {
  case $2 in
    barrier)
      printf '#include "%s/model/barrier_programs.hpp"\n' "$1"
      return ;;
    pool) deque=growing programs=pool_programs ;;
    sleep) deque=growing programs=programs ;;
    *) deque=$2 programs=programs ;;
  esac
  printf '#include "%s/05_work_stealing/%s_deque.hpp"\n' "$1" "$deque"
  printf '#include "%s/model/%s.hpp"\n' "$1" "$programs"
}
entry() {
  case $2 in
    bounded) class=BoundedDeque kind=deque item=Task ;;
    growing) class=GrowingDeque kind=deque item=Task ;;
    fenced) class=FencedDeque kind=deque item=Task ;;
    sleep) class=GrowingDeque kind=sleep item=Task ;;
    pool) class=GrowingDeque kind=pool item=Job ;;
    barrier)
      printf '  {%s, nn_%s::model::barrier_failure<\n' "$1" "$1"
      printf '     nn_%s::Barrier<Atomics, nn_%s::model::NoSpin>>},\n' \
        "$1" "$1"
      return ;;
  esac
  printf '  {%s, nn_%s::model::%s_failure<\n' "$1" "$1" "$kind"
  printf '     nn_%s::%s<nn_%s::model::%s, Atomics>>},\n' "$1" "$class" \
    "$1" "$item"
}

# A Mac has no timeout.
! command -v timeout >/dev/null || limit='timeout 900'

# parts CHECK: a line "CHECK PART" for every so many of its mutants. One program
# with all would take the compiler far longer than several.
many=16
parts() {
  count=$(grep -c "^[0-9]*|$1|" "$home/good")
  part=0
  while [ $((part * many)) -lt "$count" ] || [ $part -eq 0 ]; do
    echo "$1 $part"
    part=$((part + 1))
  done
}

# group CHECK PART: compiles and runs the program of a part of a check.
group() {
  program=$home/$1-$2
  numbers="0 $(grep "^[0-9]*|$1|" "$home/good" | cut -d '|' -f 1 |
    tail -n +$(($2 * many + 1)) | head -n $many)"
  {
    for n in $numbers; do include "$n" "$1"; done
    printf '#include <cstdio>\n#include <cstdlib>\nusing namespace nn::model;\n'
    printf 'struct { int n; std::string (*check)(Verdict&); } mutants[] = {\n'
    for n in $numbers; do entry "$n" "$1"; done
    cat <<'END'
};
// With a number as argument: that mutant only, and its trace.
int main(int argc, char** argv) {
  for (const auto& mutant : mutants) {
    if (argc > 1 && std::atoi(argv[1]) != mutant.n) continue;
    Verdict verdict;
    const std::string failure = mutant.check(verdict);
    if (argc > 1) std::fputs(verdict.trace.c_str(), stdout);
    std::printf("%d|%s\n", mutant.n, failure.c_str());
    std::fflush(stdout);
  }
}
END
  } >"$program.cpp"
  $CXX -std=c++20 -O1 -w "-I$home" -Itests "$program.cpp" "$home"/*.o \
    -o "$program" -pthread >"$program.log" 2>&1 &&
    ${limit:-} "$program" >"$program.out" 2>>"$program.log"
}

# judge NUMBER CHECK EXPECT NAME
judge() {
  line=$(cat "$home/$2"-*.out | grep "^$1|" | head -n 1)
  found=${line#*|}
  [ -n "$line" ] || found="no result: see $home/$2-*.log"
  case $3 in survives*) wanted= ;; *) wanted=$3 ;; esac
  if [ -n "$line" ] && [ -z "$wanted" ] && [ -z "$found" ]; then
    echo "ok      $4: passes, as expected"
  elif [ -n "$line" ] && [ -z "$found" ]; then
    echo "FAILED  $4: no check catches it: $home/$1"
  elif [ -n "$wanted" ] && [ "${found#*"$wanted"}" != "$found" ]; then
    echo "ok      $4: $found"
  else
    echo "FAILED  $4: expected '$3', found '$found'"
  fi
}

if [ "$1" = --group ]; then
  group "$2" "$3"
  exit 0
fi

rm -rf "$home"
mkdir -p "$home"
for source in explorer memory_model seq_cst_order; do
  $CXX -std=c++20 -O2 -w -Itests -c tests/model/$source.cpp \
    -o "$home/$source.o" || { echo "0 passed, 1 failed"; exit 1; }
done
copy 0
: >"$home/good"
mutants >"$home/list"
while IFS='|' read -r n check file all expect name; do
  case $file in model/*) from=tests/$file ;; *) from=chapters/$file ;; esac
  if mutate "$n" "$from" "$all" >"$home/mutated.hpp"; then
    copy "$n" "$file"
    echo "$n|$check|$expect|$name" >>"$home/good"
  else
    echo "FAILED  $name: the text is not in $from exactly once"
  fi
done <"$home/list" >"$home/report"

# The longest first.
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
for check in pool growing sleep fenced bounded barrier; do parts $check; done |
  CXX=$CXX OUT=$OUT xargs -n 2 -P "$jobs" sh "$0" --group

{
  for check in bounded growing fenced sleep pool barrier; do
    judge 0 $check survives "$check: unbroken"
  done
  while IFS='|' read -r n check expect name; do
    judge "$n" "$check" "$expect" "$name"
  done <"$home/good"
} >>"$home/report"

cat "$home/report"
passed=$(grep -c '^ok' "$home/report")
failed=$(grep -vc '^ok' "$home/report")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
