#!/bin/sh
# deps.sh install TARGET...   installs what those targets need and is missing
# deps.sh check [TARGET...]   says what is missing; status 0 when nothing is
#
# A need is looked for as the compiler would look for it, so a library that
# you built yourself counts. Only what is missing is installed, by the
# system's own package manager: apt, dnf, pacman or brew.

CXX=${CXX:-g++}

has_command() { command -v "$1" >/dev/null 2>&1; }
has_header() {
  printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" |
    "$CXX" $brew_include -E -x c++ - >/dev/null 2>&1
}
has_library() {
  [ "$(uname)" = Darwin ] && return
  for file in "lib$1.so" "lib$1.a"; do
    # The compiler gives the name back as it was where it finds nothing.
    found=$("$CXX" -print-file-name="$file" 2>/dev/null)
    [ -n "$found" ] && [ "$found" != "$file" ] && return
  done
  return 1
}
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
a C++ compiler ($CXX)|has_command $CXX|$compiler|gcc-c++|gcc|-
Armadillo|has_header armadillo|libarmadillo-dev|armadillo-devel|armadillo|armadillo
OpenBLAS|has_library openblas|libopenblas-dev|openblas-devel|openblas|openblas
zlib|has_header zlib.h|zlib1g-dev|zlib-devel|zlib|zlib
libpng|has_header png.h|libpng-dev|libpng-devel|libpng|libpng
CLI11|has_header CLI/CLI.hpp|libcli11-dev|cli11-devel|cli11|cli11
Jansson|has_header jansson.h|libjansson-dev|jansson-devel|jansson|jansson
GoogleTest|has_header gtest/gtest.h|libgtest-dev|gtest-devel|gtest|googletest
END
    ;;
    bench) cat <<END
Google Benchmark|has_header benchmark/benchmark.h|libbenchmark-dev|google-benchmark-devel|benchmark|google-benchmark
oneTBB|has_header tbb/tbb.h|libtbb-dev|tbb-devel|onetbb|tbb
END
    ;;
    docs) cat <<END
Doxygen|has_command doxygen|doxygen|doxygen|doxygen|doxygen
Graphviz|has_command dot|graphviz|graphviz|graphviz|graphviz
END
    ;;
    format) echo "clang-format|has_command clang-format|clang-format|clang-tools-extra|clang|clang-format" ;;
    tidy) echo "clang-tidy|has_command clang-tidy|clang-tidy|clang-tools-extra|clang|llvm" ;;
    data) echo "curl|has_command curl|curl|curl|curl|curl" ;;
  esac
}

compiler=g++
case $CXX in *clang*) compiler=clang ;; esac

# Which groups of needs a list of make targets has.
groups() {
  echo build
  for target in "$@"; do
    case $target in
      bench*) echo bench ;;
      docs | format | tidy | data) echo "$target" ;;
      check-format) echo format ;;
      fuzz) echo clang ;;
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

install_with() {
  sudo=
  [ "$(id -u)" -eq 0 ] || [ "$1" = brew ] || sudo=sudo
  manager=$1
  shift
  case $manager in
    apt-get) set -- $sudo env DEBIAN_FRONTEND=noninteractive \
               apt-get install -y --no-install-recommends "$@"
             echo "+ $sudo apt-get update" && $sudo apt-get update -q >/dev/null ;;
    dnf)     set -- $sudo dnf install -y "$@" ;;
    pacman)  set -- $sudo pacman -S --needed --noconfirm "$@" ;;
    brew)    set -- brew install "$@" ;;
  esac
  echo "+ $*"
  "$@"
}

mode=$1
shift
lacking=$(missing "$@")
[ -z "$lacking" ] && exit 0

if [ "$mode" = check ]; then
  echo "$lacking" | while IFS='|' read -r name rest; do
    echo "make: $name is missing; 'make deps${*:+ $*}' installs it" >&2
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
packages=$(echo "$lacking" | cut -d'|' -f$column | grep -vx -- - | sort -u)
echo "make deps installs:" $packages
# shellcheck disable=SC2086  # one word a package
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
install_with "$manager" $packages >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
lacking=$(missing "$@")
[ -z "$lacking" ] && exit 0
echo "make deps: still missing after the installation:" >&2
echo "$lacking" | cut -d'|' -f1 >&2
exit 1
