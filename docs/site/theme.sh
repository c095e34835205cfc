#!/bin/sh
# theme.sh FOLDER: puts the theme and what draws formulas into the folder, from
# the system's packages (Debian: doxygen-awesome-css, libjs-katex) or, where
# there are none, from the net: one version each, whose checksum is known.
folder=$1
packages=${PACKAGES:-/usr/share}

fail() { echo "docs: $*" >&2; exit 1; }
sum_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"
  else shasum -a 256 "$1"; fi | cut -d' ' -f1
}
get() {
  if command -v curl >/dev/null; then curl -fsSL -m 120 -o "$2" "$1"
  elif command -v wget >/dev/null; then wget -q -T 120 -O "$2" "$1"
  else fail "neither curl nor wget is here to fetch the theme"; fi
}
# fetch WHAT FILE SHA256 URL...: from the first address that has the right file.
fetch() {
  what=$1 file=$2 sum=$3
  shift 3
  for url in "$@"; do
    get "$url" "$file" && [ "$(sum_of "$file")" = "$sum" ] && return
  done
  fail "cannot fetch $what (with checksum $sum) from $*"
}

theme() {
  [ -d "$packages/doxygen-awesome-css" ] &&
    cp "$packages"/doxygen-awesome-css/*.css \
      "$packages"/doxygen-awesome-css/*.js "$folder" && return
  deb=main/d/doxygen-awesome-css/doxygen-awesome-css_2.1.0-2_all.deb
  fetch doxygen-awesome-css "$folder/theme.deb" \
    acaa138711d0d9a907a09012e200d99b8ac0a992ec224f3646c99d23ea26171e \
    "https://deb.debian.org/debian/pool/$deb" \
    "https://snapshot.debian.org/archive/debian/20230601T000000Z/pool/$deb"
  (cd "$folder" && ar x theme.deb && tar xf data.tar.*) || exit 1
  cp "$folder"/usr/share/doxygen-awesome-css/* "$folder"
}

formulas() {
  mkdir -p "$folder/katex" || exit 1
  from=$packages/javascript/katex
  if [ ! -d "$from" ]; then
    fetch KaTeX "$folder/katex.tgz" \
      079333bb5ea5501b3636e40301f7af8b68663d7cd51d1b20eae02442b73c6973 \
      https://registry.npmjs.org/katex/-/katex-0.16.4.tgz
    (cd "$folder" && tar xzf katex.tgz) || exit 1
    from=$folder/package/dist
  fi
  cp -R -L "$from/katex.min.js" "$from/katex.min.css" \
    "$from/contrib/auto-render.js" "$from/fonts" "$folder/katex"
}

theme
formulas
