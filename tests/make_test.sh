#!/bin/sh
# Tests the Makefile and common/make/deps.sh on bad settings and on strange
# machines, and the commands that the README and the workflow tell others to
# run. It builds and installs nothing. Prints one line a test that fails and
# ends with "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cxx=${CXX:-g++}
# What the make that runs this test was told is none of its tests' business.
unset MAKEFLAGS MFLAGS MAKELEVEL CXX BUILD SANITIZE ARCH RUN OUT N SET GOALS

passed=0 failed=0
begin() {
  test_name=$1 ok=1
  rm -f "$tmp/p"
}
# expect WHAT COMMAND...: the command must succeed.
expect() {
  what=$1
  shift
  "$@" && return
  echo "$test_name: $what" >&2
  ok=0
}
end() {
  if [ $ok = 1 ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  sed "s/^/  | /" "$tmp/out" >&2
}
run() { "$@" >"$tmp/out" 2>&1; }
says() { grep -qF -- "$1" "$tmp/out"; }
# Besides make's own closing line.
is_one_line() { [ "$(grep -cv '^make: \*\*\*' "$tmp/out")" -eq 1 ]; }
not() { ! "$@"; }

# ---- Settings --------------------------------------------------------------
begin RefusesABuildItDoesNotKnow
expect "exits 2" not run make BUILD=relaese help
expect "names the choices" says "choose one of: release debug"
expect "in one line" test "$(wc -l <"$tmp/out")" -eq 1
expect "an empty one, too" not run make BUILD= help
end

begin RefusesAnEmptyCompiler
expect "refuses it" not run make CXX= -n chapter01
expect "in a line" says "CXX is empty: name a compiler"
end

begin RefusesASanitizerItDoesNotKnow
expect "exits 2" not run make SANITIZE=adress help
expect "names the choices" says "choose one of: address undefined address,"
expect "in one line" test "$(wc -l <"$tmp/out")" -eq 1
expect "takes two of them" run make SANITIZE=address,undefined help
end

begin TriesAProgramOfYourOwn
echo 'int main() {}' >"$tmp/mine.cpp"
expect "plans it" run make -n FILE="$tmp/mine.cpp" try
expect "compiles it" says "-c $tmp/mine.cpp"
expect "with the chapters" says 02_propagation.a
expect "refuses none" not run make -n FILE="$tmp/none.cpp" try
expect "names it" says none.cpp
end

begin TheCompilerMayBeSeveralWords
expect "finds all" run make CXX="env $cxx" check-deps
expect "plans a build" run make -n CXX="env $cxx" test01
folder=build/release-$(echo "env $cxx" | sed 's|[^ ]*/||g; s/ /-/g')
expect "in a folder without spaces" says "$folder/test01"
expect "with that command" says "env $cxx -std=c++20"
end

begin AMissingCompilerIsOneLine
expect "fails" not run make CXX=nosuch++ test01
expect "names it" says "'nosuch++'"
expect "and nothing else" is_one_line
expect "make deps fails" not run make CXX=nosuch++ deps test01
expect "names it" says "'nosuch++'"
expect "and nothing else" is_one_line
end

# ---- Text from outside never becomes a command -----------------------------
# Whatever is run would make a file, whatever quotes it has to get out of.
begin SetIsNotACommand
for bad in "mnist; touch $tmp/p" "\"; touch $tmp/p; \"" "'; touch $tmp/p; '" \
    "\`touch $tmp/p\`"; do
  expect "refuses $bad" not run make data SET="$bad"
  expect "as a set" says "no data set '$bad'"
  expect "does not run $bad" not test -e "$tmp/p"
done
end

begin TheHintIsNotACommand
for bad in "1; touch $tmp/p" "\"; touch $tmp/p; \"" "'; touch $tmp/p; '" 0; do
  expect "refuses $bad" not run make hint03 N="$bad"
  expect "as a number" says "N must be a number from 1"
  expect "does not run $bad" not test -e "$tmp/p"
done
expect "still shows one" run make hint03 N=1
expect "the first" says "## 1"
end

begin ATargetIsNotACommand
run make check-deps "; touch $tmp/p"
expect "does not run it" not test -e "$tmp/p"
end

# ---- The processor ---------------------------------------------------------
begin CompilesForTheProcessorAsked
run make -nB ARCH=-mcpu=cortex-a72 BUILD=release test01
expect "uses the flag" says "-O3 -mcpu=cortex-a72"
expect "and not this machine's" not says "native"
end

# Such a compiler knows no -march=native, nor -mcpu=native: a cross compiler.
mkdir "$tmp/cross"
printf '#!/bin/sh\ncase "$*" in *=native*) exit 1 ;; esac\n' >"$tmp/cross/g++"
chmod +x "$tmp/cross/g++"
begin ACompilerThatKnowsNoNativeIsNotAskedForIt
expect "plans a build" run make -nB CXX="$tmp/cross/g++" test01
expect "without the flag" not says "native"
end

# `make deps chapter01` where there is no compiler yet: what it installs is
# asked, as in the next make, or that would find headers of another processor.
mkdir "$tmp/late"
printf '#!/bin/sh\nprintf "#!/bin/sh\\n" >%s/g++; chmod +x %s/g++\n' \
  "$tmp/late" "$tmp/late" >"$tmp/late/install"
chmod +x "$tmp/late/install"
printf 'include Makefile\nfirst:\n\t@%s/install\nsecond: first\n\t@echo $(FLAGS)\n' \
  "$tmp/late" >"$tmp/late/Makefile"
begin ACompilerThatIsInstalledFirstIsAsked
run make -f "$tmp/late/Makefile" CXX="$tmp/late/g++" second
expect "builds for this processor" says "=native"
end

# Clang's own library, the one that Macs have, got these only in 2025.
begin NothingIsUsedThatAppleLacks
run grep -rnE 'std::(jthread|stop_(token|source|callback))' \
  --include='*.[ch]pp' common chapters tests
expect "no such name" not test -s "$tmp/out"
end

begin TestsRunUnderTheEmulatorAsked
expect "passes" env RUN="sh $tmp/emulator" CXX=g++ sh -c '
  echo "echo \"[  PASSED  ] 7 tests.\"; echo \"NOTE: \$1\"" >"${RUN#sh }"
  sh tests/run_tests.sh no/such_test' >"$tmp/out" 2>&1
expect "runs it on the test" says " no/such_test"
expect "counts" says "7 passed, 0 failed"
end

# ---- Includes --------------------------------------------------------------
# include FILE LINE: a checkout in which FILE has that one line.
include() {
  rm -rf "$tmp/tree"
  mkdir -p "$tmp/tree/common" "$tmp/tree/chapters" "$tmp/tree/${1%/*}"
  printf '#include "%s"\n' "$2" >"$tmp/tree/$1"
  run sh tests/check_includes.sh "$tmp/tree"
}
begin IncludesPointOneWay
for includer in common/rng.cpp common/terminal/table.cpp \
    common/program/options.cpp common/files/png.cpp; do
  include $includer common/data/idx.hpp
  expect "names $includer" says "$includer:1: #include"
done
include chapters/01_matrix/a.hpp 02_propagation/network.hpp
expect "not up the chapters" says "chapters/01_matrix/a.hpp:1: #include"
include common/data/load.cpp 01_matrix/engine.hpp
expect "not into a chapter" says "common/data/load.cpp:1: #include"
include chapters/01_matrix/main.cpp tests/support/child.hpp
expect "not into the tests" says "chapters/01_matrix/main.cpp:1: #include"
include common/attic/a.cpp common/rng.hpp
expect "a room without a place is refused" says "common/attic/a.cpp: is in no"
end

begin IncludesThatPointDownAreTaken
include common/data/idx.hpp common/matrix.hpp
expect "to common's root" test ! -s "$tmp/out"
include chapters/02_propagation/program/a.cpp 01_matrix/engine.hpp
expect "to a lower chapter" test ! -s "$tmp/out"
include chapters/02_propagation/some_test.cpp tests/support/child.hpp
expect "from a test" test ! -s "$tmp/out"
end

begin AScriptInPythonIsASuite
echo 'print("NOTE: of Python"); print("3 passed, 0 failed")' >"$tmp/a_test.py"
expect "passes" run sh tests/run_tests.sh "$tmp/a_test.py"
expect "counts" says "3 passed, 0 failed"
expect "passes notes on" says " of Python"
end

# ---- Installing ------------------------------------------------------------
# A machine without a compiler, with apt: its PATH holds only what deps.sh
# needs. ID is who asks.
machine() {
  rm -rf "$tmp/bin"
  mkdir "$tmp/bin"
  for tool in sh cat cut grep sort sed mktemp rm uname env; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
  done
  printf '#!/bin/sh\necho %s\n' "$1" >"$tmp/bin/id"
  printf '#!/bin/sh\necho "$0 $*" >>"%s/installed"\n' "$tmp" \
    >"$tmp/bin/apt-get"
  chmod +x "$tmp/bin/id" "$tmp/bin/apt-get"
  rm -f "$tmp/installed"
}
deps() { run env PATH="$tmp/bin" sh common/make/deps.sh install test; }

begin WithoutSudoOneLineSaysWhatToAskFor
machine 1000
expect "fails" not deps
expect "in one line" test "$(wc -l <"$tmp/out")" -eq 1
expect "says whom to ask" says "ask an administrator to run: apt-get install"
expect "for what" says "g++ libarmadillo-dev "
expect "installs nothing" not test -e "$tmp/installed"
end

begin ACrossCompilerNeedsTheOtherProcessorsLibraries
machine 1000
run env PATH="$tmp/bin" CXX=aarch64-linux-gnu-g++ \
  sh common/make/deps.sh install test-emulated
expect "asks for them" says " libgtest-dev:arm64 "
expect "and for the compiler" says " g++-aarch64-linux-gnu "
end

begin InstallingSaysThatItTakesAMinute
machine 0
deps
expect "says so" says "make deps installs, in about a minute: g++ lib"
expect "installs" grep -q "install -y .* libarmadillo-dev" "$tmp/installed"
end

# ---- What others are told to run -------------------------------------------
workflow=.github/workflows/book.yml
container=.devcontainer/devcontainer.json

begin EveryMakeCommandThatIsToldExists
grep -ohE '(^|run: |[`"])make( [A-Za-z0-9_={}.$+ -]+)' README.md \
  CONTRIBUTING.md docs/*.md data/README.md $workflow $container |
  sed -e 's/^[^m]*make //' -e "s/\${{ matrix.cxx }}/$cxx/" |
  tr ' ' '\n' | sort -u >"$tmp/told"
expect "finds them" test "$(wc -l <"$tmp/told")" -gt 20
# shellcheck disable=SC2046  # each word is a target or a setting
expect "knows them" run make -n $(cat "$tmp/told")
expect "and no other" not run make -n $(cat "$tmp/told") nosuchtarget
end

begin OtherMachinesRunTheReadmesCommands
for told in "deps chapter05" "deps test"; do
  expect "README: $told" grep -q "^make $told" README.md
  expect "workflow: $told" grep -qE "^ *- run: make .*$told$" $workflow
done
expect "and the site's" grep -q "^ *- run: make deps docs$" $workflow
expect "dev container" grep -q '"make deps all"' $container
end

begin WhatOtherMachinesReadIsWellFormed
expect "the dev container" run python3 -m json.tool $container
yaml='import sys, yaml; [yaml.safe_load(open(f)) for f in sys.argv[1:]]'
if python3 -c 'import yaml' 2>/dev/null; then
  expect "the workflow" run python3 -c "$yaml" $workflow CITATION.cff
fi
for key in 'cff-version: 1.2.0' message: title: authors: 'license: MIT'; do
  expect "CITATION.cff has $key" grep -q "^$key" CITATION.cff
done
end

begin TheReadmeHasEveryChapterInOrder
for page in docs/start.md chapters/*/README.md; do
  title=$(sed -n '1s/^# Chapter \([0-9]*\): /\1. /p' "$page" 2>/dev/null)
  [ -z "$title" ] || echo "| [$title]($page)"
done >"$tmp/chapters"
grep -oE '^\| \[[0-9]+\. [^]]*\]\([^)]*\)' README.md >"$tmp/out"
expect "as its title is" cmp -s "$tmp/chapters" "$tmp/out"
for folder in chapters/*/; do
  n=${folder#chapters/} n=${n%%_*}
  expect "with its command" grep -qF "| \`make chapter$n\` |" README.md
done
end

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
