#!/bin/sh
# Includes point one way: a chapter includes common/ and lower chapters, and a
# room of common/ the rooms before it in this list. tests/ may include all;
# of it, only tests and benchmarks include something.
#
#   check_includes.sh [FOLDER]    checks that checkout instead of this one
rooms='common terminal program files digits data'
CDPATH= cd "${1:-$(dirname "$0")/..}" || exit 1
bad=$(grep -rn '^#include "' common chapters --include='*.[ch]pp' |
  awk -F: -v rooms="$rooms" '
    # How high a folder is: common/ and its rooms, then the chapters.
    function height(path, part) {
      split(path, part, "/")
      if (part[1] == "chapters") return 100 + part[2]
      if (part[1] ~ /^[0-9][0-9]_/) return 100 + part[1]
      if (part[1] != "common") return 1000
      return (part[3] == "") ? place["common"] : place[part[2]]
    }
    BEGIN { n = split(rooms, room, " "); for (i = 1; i <= n; i++) place[room[i]] = i }
    {
      split($3, quoted, "\"")
      own = height($1)
      other = height(quoted[2])
      test = $1 ~ /test\.cpp$|benchmark\.cpp$/
      if (!own) print $1 ": is in no room that check_includes.sh knows"
      else if (other > own && !(test && other == 1000))
        print $1 ":" $2 ": " $3
    }')
[ -z "$bad" ] && exit 0
echo "These includes point the wrong way ($rooms, chapters):" >&2
echo "$bad" >&2
exit 1
