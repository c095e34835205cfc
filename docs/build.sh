#!/bin/sh
# Builds the book's site into build/docs/html. A warning is an error; then the
# site that was there stays.
#
#   build.sh --can    only tells, by its status, whether the tools are here
CDPATH= cd "$(dirname "$0")/.." || exit 1

fail() { echo "docs: $*" >&2; exit 1; }
for tool in doxygen dot python3; do
  command -v $tool >/dev/null && continue
  [ "$1" = --can ] && exit 1
  fail "$tool is missing; 'make deps docs' installs it"
done
[ "$1" = --can ] && exit

mkdir -p build/docs || exit 1
new=$(mktemp -d build/docs/new.XXXXXX) || exit 1
trap 'rm -rf "$new"' EXIT
trap 'exit 1' INT TERM

sh docs/site/theme.sh "$new" || exit 1
python3 docs/site/prepare.py "$new" || exit 1
{
  cat docs/Doxyfile
  echo "OUTPUT_DIRECTORY = $new"
  echo "INPUT += $new/groups.dox"
  echo "GENERATE_TAGFILE = $new/tags.xml"
  echo "LAYOUT_FILE = $new/layout.xml"
  echo "HTML_HEADER = $new/header.html"
  for file in .css -sidebar-only.css -sidebar-only-darkmode-toggle.css; do
    echo "HTML_EXTRA_STYLESHEET += $new/doxygen-awesome$file"
  done
  for file in docs/site/book.css docs/interactive/*.css; do
    [ ! -e "$file" ] || echo "HTML_EXTRA_STYLESHEET += $file"
  done
  for file in darkmode-toggle fragment-copy-button interactive-toc; do
    echo "HTML_EXTRA_FILES += $new/doxygen-awesome-$file.js"
  done
  echo "HTML_EXTRA_FILES += docs/site/book.js"
  for file in docs/interactive/*.js; do
    [ ! -e "$file" ] || echo "HTML_EXTRA_FILES += $file"
  done
} >"$new/Doxyfile"
doxygen "$new/Doxyfile" || exit 1
cp -R "$new/katex" "$new/html" || exit 1
python3 docs/site/finish.py "$new/html" "$new/tags.xml" || exit 1

rm -rf build/docs/old
[ ! -e build/docs/html ] || mv build/docs/html build/docs/old || exit 1
mv "$new/html" build/docs/html || exit 1
rm -rf build/docs/old
echo "The book: build/docs/html/index.html"
