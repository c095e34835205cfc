#!/bin/sh
# Builds the book's reference into build/docs/html. Fails on any warning.
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/docs
doxygen docs/Doxyfile || exit 1
echo "The book: build/docs/html/index.html"
