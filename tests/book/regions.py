"""The regions of a source file that lessons show.

A region lies between `// [NAME]` and `// [/NAME]`, or `# [NAME]` and
`# [/NAME]` in scripts. Regions may nest; the marks are not shown, nor are
those that say where an exercise's solution begins and ends.
"""

import re
from posixpath import dirname, relpath
from textwrap import dedent

from pages import Problem

MARK = re.compile(r"^\s*(//|#) \[(/?)([A-Z][A-Z0-9_]*)\]\s*$")
SOLUTION = re.compile(r"^\s*// (BEGIN|END) SOLUTION\b")
# What a region may lie in: a class, or a function with its name.
CLASS = re.compile(r"\s*(?:class|struct)\s+(?:alignas\(.*?\)\s+)?(\w+)")
FUNCTION = re.compile(r"([\w:~]+)\(")


class Source:
    def __init__(self, path, text):
        self.path = path
        self.lines = text.split("\n")
        self.regions = {}  # name: (opening, closing), indices of lines
        self.problems = []
        opened = {}
        for i, line in enumerate(self.lines):
            mark = MARK.match(line)
            if mark and mark[2]:
                self.close(opened, i, mark[3])
            elif mark:
                self.open(opened, i, mark[3], mark[1])
        for name, i in opened.items():
            sign = MARK.match(self.lines[i])[1]
            self.complain(i, f"region {name} is never closed; "
                          f"add {sign} [/{name}] below it")

    def complain(self, i, text):
        self.problems.append(Problem(self.path, i + 1, text))

    def open(self, opened, i, name, sign):
        if name in opened or name in self.regions:
            self.complain(i, f"there are two regions {name} in this file; "
                          "rename one")
        else:
            opened[name] = i

    def close(self, opened, i, name):
        if name in opened:
            self.regions[name] = (opened.pop(name), i)
        else:
            self.complain(i, f"[/{name}] closes no region; "
                          f"add [{name}] above or remove this")

    def shown(self, name):
        """The region's lines as a lesson shows them."""
        opening, closing = self.regions[name]
        lines = [line for line in self.lines[opening + 1:closing]
                 if not MARK.match(line) and not SOLUTION.match(line)]
        text = dedent("\n".join(lines)).strip("\n")
        return re.sub(r"\n{3,}", "\n\n", text).split("\n")

    def owner(self, name):
        """The class and function that the region lies in, or ""."""
        opening, _ = self.regions[name]
        code = [line for line in self.lines[opening + 1:] if line.strip()]
        depth, names = indent_of(code[0]), []
        for line in reversed(self.lines[:opening]):
            if not line.strip() or line.lstrip()[0] in "#/})":
                continue
            if indent_of(line) < depth:
                depth = indent_of(line)
                if found := CLASS.match(line):
                    names.insert(0, found[1])
                elif found := FUNCTION.search(line):
                    names = [found[1]]  # what it calls further in is none
        return "::".join(names)

    def contains(self, outer, inner):
        (a, b), (c, d) = self.regions[outer], self.regions[inner]
        return a <= c and d <= b


def indent_of(line):
    return len(line) - len(line.lstrip())


def caption(page, source, name):
    """Says in Markdown, with a link, where a block is from."""
    link = relpath(source.path, dirname(page) or ".")
    owner = source.owner(name)
    return f"[`{source.path}`]({link})" + (f", in `{owner}`" if owner else "")


def is_source(path):
    return path.endswith(("/Makefile", ".hpp", ".cpp", ".mk", ".sh",
                          ".sbatch"))
