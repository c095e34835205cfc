#!/bin/sh
# deps.sh install TARGET...   installs what those targets need and is missing
# deps.sh check [TARGET...]   says what is missing; status 0 when nothing is
#
# A need is looked for as the compiler would look for it, so a library that
# you built yourself counts. Only what is missing is installed, by the
# system's own package manager: apt, dnf, pacman or brew.

# Perhaps several words, such as "ccache g++": it stays unquoted below.
CXX=${CXX:-g++}

fail() { echo "$we: $*" >&2; exit 1; }
has_command() { command -v "$1" >/dev/null 2>&1; }
has_compiler() {
  echo 'int main() {}' | $CXX -fsyntax-only -x c++ - >/dev/null 2>&1
}
has_header() {
  printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" |
    $CXX $brew_include -E -x c++ - >/dev/null 2>&1
}
has_library() {
  [ "$(uname)" = Darwin ] && return
  for file in "lib$1.so" "lib$1.a"; do
    # The compiler gives the name back as it was where it finds nothing.
    found=$($CXX -print-file-name="$file" 2>/dev/null)
    [ -n "$found" ] && [ "$found" != "$file" ] && return
  done
  return 1
}
# Elsewhere than on Debian, docs/site/theme.sh fetches what the package has.
has_shared() { [ -d "/usr/share/$1" ] || ! has_command apt-get; }
has() { has_header "$1" && has_library "$2"; }
has_chromium() {
  for name in chromium chromium-browser google-chrome; do
    has_command $name && return
  done
  return 1
}
# A Mac has no bubblewrap: answers are graded there without hidden values.
has_sandbox() { has_command bwrap || [ "$(uname)" = Darwin ]; }
# Whether Clang has the library that a flag needs.
links() {
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, long) { return 0; }' |
    clang++ "$1" -x c++ - -o /dev/null 2>/dev/null
}
brew_include=$(has_command brew && echo "-I$(brew --prefix)/include")

# need | how to look for it | apt | dnf | pacman | brew
needs() {
  case $1 in
    clang) cat <<END
Clang|has_command clang++|clang|clang|clang|-
Clang's sanitizer library|links -fsanitize=fuzzer|libclang-rt-dev|compiler-rt|compiler-rt|-
END
    ;;
    build) cat <<END
the compiler $CXX|has_compiler|$compiler
Armadillo|has_header armadillo|libarmadillo-dev|armadillo-devel|armadillo|armadillo
OpenBLAS|has_library openblas|libopenblas-dev$arm|openblas-devel|openblas|openblas
zlib|has zlib.h z|zlib1g-dev$arm|zlib-devel|zlib|zlib
libpng|has png.h png|libpng-dev$arm|libpng-devel|libpng|libpng
CLI11|has_header CLI/CLI.hpp|libcli11-dev|cli11-devel|cli11|cli11
fmt|has fmt/core.h fmt|libfmt-dev$arm|fmt-devel|fmt|fmt
Jansson|has jansson.h jansson|libjansson-dev$arm|jansson-devel|jansson|jansson
mimalloc|has mimalloc.h mimalloc|libmimalloc-dev$arm|mimalloc-devel|mimalloc|mimalloc
GoogleTest|has gtest/gtest.h gtest|libgtest-dev$arm|gtest-devel|gtest|googletest
END
    ;;
    bench) cat <<END
Google Benchmark|has benchmark/benchmark.h benchmark|libbenchmark-dev$arm|google-benchmark-devel|benchmark|google-benchmark
oneTBB|has tbb/tbb.h tbb|libtbb-dev$arm|tbb-devel|onetbb|tbb
END
    ;;
    # All of one release, from the loader on: where the cross compiler's own
    # C library is mixed with the system's, threads never start.
    arm) cat <<END
QEMU for ARM programs|has_command qemu-aarch64|qemu-user|-|-|-
ARM's loader and C++ library|[ -e /usr/lib/aarch64-linux-gnu/libstdc++.so.6 ] && [ -e /lib/ld-linux-aarch64.so.1 ]|libstdc++6:arm64 libc6:arm64|-|-|-
END
    ;;
    # On Debian, python3-minimal lacks some of the modules.
    python) echo 'Python 3.9|python3 -c "import sys, unittest, concurrent.futures; assert sys.version_info >= (3, 9)" 2>/dev/null|python3|python3|python|python' ;;
    docs) cat <<END
Doxygen|has_command doxygen|doxygen|doxygen|doxygen|doxygen
Graphviz|has_command dot|graphviz|graphviz|graphviz|graphviz
doxygen-awesome-css|has_shared doxygen-awesome-css|doxygen-awesome-css|-|-|-
KaTeX|has_shared javascript/katex|libjs-katex|-|-|-
END
    ;;
    figures) echo "gnuplot|has_command gnuplot|gnuplot-nox|gnuplot|gnuplot|gnuplot" ;;
    # Debian's; where it has none, chapter 7 is measured without.
    slurm) cat <<END
Slurm's controller|has_command slurmctld|slurmctld|slurm-slurmctld|slurm-llnl|-
Slurm's node daemon|has_command slurmd|slurmd|slurm-slurmd|slurm-llnl|-
Slurm's commands|has_command sbatch|slurm-client|slurm|slurm-llnl|-
munge|has_command munged|munge|munge|munge|-
END
    ;;
    site) echo "Chromium|has_chromium|chromium|chromium|chromium|-" ;;
    sandbox) echo "bubblewrap|has_sandbox|bubblewrap|bubblewrap|bubblewrap|-" ;;
    format) echo "clang-format|has_command clang-format|clang-format|clang-tools-extra|clang|clang-format" ;;
    tidy) echo "clang-tidy|has_command clang-tidy|clang-tidy|clang-tools-extra|clang|llvm" ;;
    data) echo "curl|has_command curl|curl|curl|curl|curl" ;;
  esac
}

# Where the compiler's name tells the packages that have it (apt | dnf | pacman
# | brew), and "-" where it does not. A cross compiler's libraries are those of
# the other processor: on Debian, packages with a suffix.
compiler='-|-|-|-' arm=
for word in $CXX; do
  name=${word##*/}
  case $name in
    g++ | c++) compiler='g++|gcc-c++|gcc|-' ;;
    clang++) compiler='clang|clang|clang|-' ;;
    g++-[0-9]*) compiler="$name|-|-|-" ;;
    clang++-[0-9]*) compiler="clang-${name#*-}|-|-|-" ;;
    aarch64-linux-gnu-g++)
      compiler='g++-aarch64-linux-gnu|-|-|-'
      [ "$(uname -m)" = aarch64 ] || arm=:arm64 ;;
  esac
done

# Which groups of needs a list of make targets has.
groups() {
  echo build
  for target in "$@"; do
    case $target in
      bench*) echo bench ;;
      grade | grade-class | grade-selftest | coursework-kit) printf '%s\n' python sandbox ;;
      test | *lessons* | check[0-9]* | watch* | submission | result | \
        starter | gradescope | classroom | example-class | coursework*)
        echo python ;;
      figures) printf '%s\n' figures python ;;
      speedup) echo figures ;;
      slurm) printf '%s\n' figures slurm ;;
      figures-data) printf '%s\n' figures python bench ;;
      docs | docs-open) printf '%s\n' docs python ;;
      test-site) printf '%s\n' docs python site ;;
      format | tidy | data) echo "$target" ;;
      check-format) echo format ;;
      fuzz) echo clang ;;
      test-emulated) echo arm ;;
    esac
  done
}

# Lists the needs that are not met, a line each as above.
missing() {
  for group in $(groups "$@" | sort -u); do needs "$group"; done |
    while IFS='|' read -r name test rest; do
      eval "$test" || echo "$name|$rest"
    done
}

package_manager() {
  for p in apt-get dnf pacman brew; do
    has_command "$p" && { echo "$p"; return; }
  done
}

# How this system installs packages, as an administrator would type it.
install_command() {
  case $1 in
    apt-get) echo apt-get install -y --no-install-recommends ;;
    dnf) echo dnf install -y ;;
    pacman) echo pacman -S --needed --noconfirm ;;
    brew) echo brew install ;;
  esac
}

run() { echo "+ $*"; "$@"; }
# install_now SUDO COMMAND...
install_now() {
  sudo=$1
  shift
  if [ "$1" = apt-get ]; then
    [ -z "$arm" ] || run $sudo dpkg --add-architecture "${arm#:}"
    run $sudo apt-get update -q
  fi
  run $sudo env DEBIAN_FRONTEND=noninteractive "$@"
}

mode=$1
shift
targets=$*
[ "$mode" = install ] && we='make deps' || we=make
[ "$CXX" = g++ ] && with= || with=" CXX=\"$CXX\""
installs="'make deps${*:+ $*}$with' installs it"

# Without a compiler nothing else can be looked for: say that and no more.
if ! has_compiler; then
  case $compiler in
    -*) fail "there is no working compiler '$CXX' here; choose another" ;;
  esac
  [ "$mode" = install ] || fail "the compiler $CXX is missing; $installs"
fi

lacking=$(missing "$@")
[ -z "$lacking" ] && exit 0

if [ "$mode" = check ]; then
  echo "$lacking" | while IFS='|' read -r name rest; do
    echo "make: $name is missing; $installs" >&2
  done
  exit 1
fi

manager=$(package_manager)
case $manager in
  apt-get) column=2 ;;
  dnf) column=3 ;;
  pacman) column=4 ;;
  brew) column=5 ;;
  *) echo "make deps: no apt, dnf, pacman or brew here; please install:" >&2
     echo "$lacking" | cut -d'|' -f1 >&2
     exit 1 ;;
esac
# shellcheck disable=SC2086,SC2046  # below, a word is a package
set -- $(echo "$lacking" | cut -d'|' -f$column | grep -vx -- - | sort -u)
install=$(install_command "$manager")
sudo=
if [ "$(id -u)" -ne 0 ] && [ "$manager" != brew ]; then
  has_command sudo ||
    fail "there is no sudo here; ask an administrator to run: $install $*"
  sudo=sudo
fi
echo "make deps installs, in about a minute: $*"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
install_now "$sudo" $install "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
lacking=$(missing $targets)
[ -z "$lacking" ] && exit 0
echo "make deps: still missing after the installation:" >&2
echo "$lacking" | cut -d'|' -f1 >&2
exit 1
