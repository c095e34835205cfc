#!/bin/sh
# download.sh [mnist|fashion-mnist]: puts the four files of a data set into
# the folder of that name beside this script.
#
# What is there and whole is kept, an interrupted download is resumed, and a
# file gets its name only when its checksum is right. MIRRORS="URL URL ..."
# replaces the list of places to download from.
set -u
# CDPATH would make `cd data` look for a folder of that name elsewhere.
unset CDPATH
cd "$(dirname "$0")" || exit 1

set_name=${1:-mnist}
case $set_name in
  mnist)
    sums=SHA256SUMS  # over the unpacked files: mirrors may zip differently
    mirrors='https://ossci-datasets.s3.amazonaws.com/mnist
      https://storage.googleapis.com/cvdf-datasets/mnist' ;;
  fashion-mnist)
    sums=MD5SUMS.fashion-mnist  # as published: MD5, over the .gz files
    mirrors='https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion
      http://fashion-mnist.s3-website.eu-central-1.amazonaws.com' ;;
  *)
    echo "download.sh: no data set '$set_name': mnist or fashion-mnist" >&2
    exit 2 ;;
esac
mirrors=${MIRRORS:-$mirrors}
part=$set_name.part  # what is not yet whole

fail() { echo "download.sh: $*" >&2; exit 1; }
no_room() {
  fail "cannot write into data/$part: is the disk full? What came is kept"
}
have() { command -v "$1" >/dev/null 2>&1; }

# ---- Checksums -------------------------------------------------------------
# sum_of: the checksum of standard input, by the tool that this system has.
if [ "$sums" = SHA256SUMS ]; then
  if have sha256sum; then sum_of() { sha256sum; }
  elif have shasum; then sum_of() { shasum -a 256; }
  else sum_of() { openssl dgst -sha256 -r; }; fi
else
  if have md5sum; then sum_of() { md5sum; }
  elif have md5; then sum_of() { md5 -q; }
  else sum_of() { openssl dgst -md5 -r; }; fi
fi

# is_sum NAME: whether standard input has the checksum listed for NAME.
is_sum() {
  expected=$(awk -v name="$1" '$2 == name {print $1}' "$sums")
  actual=$(sum_of | awk '{print $1}')
  [ -n "$expected" ] && [ "$expected" = "$actual" ]
}

# is_whole NAME: whether the file in place is the right one. The MD5s are over
# files that we do not keep; there, being in place has to do.
is_whole() {
  [ -f "$set_name/$1" ] || return 1
  [ "$sums" != SHA256SUMS ] || is_sum "$1" <"$set_name/$1"
}

# is_right NAME: whether NAME.gz is what it should be. Looked at in a pipe, so
# that a full disk is not taken for a wrong checksum.
is_right() {
  [ -f "$part/$1.gz" ] || return 1
  if [ "$sums" != SHA256SUMS ]; then
    is_sum "$1.gz" <"$part/$1.gz"
  else
    gzip -dc <"$part/$1.gz" 2>/dev/null | is_sum "$1"
  fi
}

# unpack NAME: turns NAME.gz into NAME if the checksum is right.
unpack() {
  is_right "$1" || return 1
  gzip -dc <"$part/$1.gz" >"$part/$1" && return 0
  rm -f "$part/$1"
  no_room
}

# ---- Downloading -----------------------------------------------------------
# fetch URL FILE: downloads, from where FILE ends. Gives up on a connection
# that has said nothing for half a minute. Returns 1 if the server refuses, and
# 2 if the connection broke: then what has come so far is worth keeping. Ends
# the script if FILE cannot be written: no other mirror would help.
if have curl; then
  if [ -t 2 ]; then bar=--progress-bar; else bar=-sS; fi
  fetch() {
    curl -fL "$bar" --connect-timeout 15 --speed-limit 1 --speed-time 30 \
      -C - -o "$2" "$1"
    case $? in
      0) return 0 ;;
      22 | 33 | 36) return 1 ;;  # an HTTP error, or it cannot resume
      23) no_room ;;
      *) return 2 ;;
    esac
  }
elif have wget; then
  fetch() {
    wget -nv -c -t 2 -T 30 -O "$2" "$1"
    case $? in
      0) return 0 ;;
      3) no_room ;;
      4) return 2 ;;  # a network failure
      *) return 1 ;;
    esac
  }
else
  fail "needs curl or wget"
fi

# resume MIRROR NAME: adds what is missing to an earlier download. Throws away
# one that cannot be completed: the server does not resume, or what we have
# came from elsewhere and does not fit.
resume() {
  echo "$2: resuming from $1"
  fetch "$1/$2.gz" "$part/$2.gz"
  status=$?
  if [ $status -eq 0 ] && unpack "$2"; then return 0; fi
  [ $status -eq 2 ] || rm -f "$part/$2.gz"
  return 1
}

get_from() {
  if [ -f "$part/$2.gz" ]; then
    resume "$1" "$2" && return 0
    [ ! -f "$part/$2.gz" ] || return 1  # the connection broke: keep it
  fi
  echo "$2: downloading from $1"
  fetch "$1/$2.gz" "$part/$2.gz" || return 1
  unpack "$2" && return 0
  echo "$2: what $1 sent has the wrong checksum" >&2
  rm -f "$part/$2.gz"
  return 1
}

get() {
  unpack "$1" && return 0  # an earlier run got this far
  for mirror in $mirrors; do
    get_from "$mirror" "$1" && return 0
  done
  fail "$set_name: no mirror gave $1; try again later, or see data/README.md"
}

# ---- One at a time ---------------------------------------------------------
# Two would write into the same files. The lock is a link to the number of the
# process that holds it: made in one step, and void once that process is gone.
lock=$set_name.lock
until ln -s $$ "$lock" 2>/dev/null; do
  owner=$(readlink "$lock") || fail "cannot write into data"
  kill -0 "$owner" 2>/dev/null &&
    fail "$set_name: process $owner is downloading it; wait for that one"
  rm -f "$lock"
done
trap 'rm -f "$lock"' EXIT
trap 'exit 1' HUP INT TERM

# ---- All four --------------------------------------------------------------
names=$(awk '{sub(/\.gz$/, "", $2); print $2}' "$sums")
[ -n "$names" ] || fail "data/$sums lists no files"
mkdir -p "$part" || exit 1
for name in $names; do
  if is_whole "$name"; then continue; fi
  get "$name"
done
# All four are whole: now they may be seen.
mkdir -p "$set_name" || exit 1
for name in $names; do
  [ ! -f "$part/$name" ] || mv "$part/$name" "$set_name/$name" || exit 1
done
rm -rf "$part"
echo "data/$set_name: all files are there and whole"
