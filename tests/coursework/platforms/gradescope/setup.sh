#!/bin/sh
# Gradescope runs this once, as root, when it builds the image: installs what
# grading needs, and builds what all submissions have in common.
# AUTOGRADER is another folder than /autograder, for tests.
set -e
top=${AUTOGRADER:-/autograder}
. "$top/source/settings"
export DEBIAN_FRONTEND=noninteractive
cd "$top/source/book"
if ! command -v make >/dev/null; then
  apt-get update -q
  apt-get install -y --no-install-recommends make
fi
sh common/make/deps.sh install grade
make -s -j"$JOBS" ARCH="$ARCH" coursework-kit
