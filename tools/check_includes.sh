#!/bin/sh
# Fails on a chapter that includes a higher-numbered one, or on a common/
# file that includes any chapter.
cd "$(dirname "$0")/.." || exit 1
bad=$(grep -nE '#include "[0-9][0-9]_' -r common chapters \
      --include='*.hpp' --include='*.cpp' |
  awk -F: '{
    own = 0; if (match($1, /chapters\/[0-9][0-9]/)) own = substr($1, RSTART + 9, 2)
    match($3, /"[0-9][0-9]_/); other = substr($3, RSTART + 1, 2)
    if (other + 0 > own + 0) print $1 ":" $2 ": " $3
  }')
[ -z "$bad" ] && exit 0
echo "These includes point up the chapters:" >&2
echo "$bad" >&2
exit 1
