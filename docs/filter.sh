#!/bin/sh
# filter.sh FILE: a Markdown file as Doxygen wants it.
# - On a code host a page is known by its path; Doxygen wants a name behind
#   its first heading.
# - Doxygen ends `code` at an apostrophe, as in A'; ``code`` may have one.
file=${1#"$PWD"/}
case $file in
  README.md) name=mainpage ;;
  *) name=$(dirname "$file")_$(basename "$file" .md)
     name=$(printf %s "$name" | tr -c 'a-zA-Z0-9' _) ;;
esac
sed -e "1s/^# .*/& {#$name}/" \
    -e "/^\`\`\`/,/^\`\`\`/!s/\`\([^\`]*'[^\`]*\)\`/\`\`\1\`\`/g" "$1"
