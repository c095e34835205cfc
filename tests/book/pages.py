"""A Markdown page: its prose, its fenced blocks and the markers above them."""

import os
import re
import shutil
from dataclasses import dataclass
from difflib import get_close_matches
from posixpath import dirname, join, normpath

FENCE = re.compile(r"^( *)(`{3,}|~{3,})[^`]*$")
MARKER = re.compile(r"^ *<!-- *(code|run|screen): +(.*\S) *-->\s*$")
IMAGE = re.compile(r"\s*!\[[^\]]*\]\(([^)\s]+\.svg)\)")
# The line that `make lessons` writes above a code block.
CAPTION = re.compile(r"^ *\[`[^`]+`\]\([^)]*\)(, in `[^`]+`)?$")
FORM = ("write <!-- code: FILE REGION -->, <!-- run: COMMAND --> or "
        "<!-- screen: COMMAND -->")


class Problem(Exception):
    """One line that says where something is wrong, what, and how to fix it."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")
        self.place = (path, line)


@dataclass
class Block:
    """A marker and the fenced block under it, as indices of lines. Under a
    "screen" stands a picture instead, of which this has the path."""
    page: str
    kind: str  # "code", "run" or "screen"
    argument: str
    marker: int
    opening: int
    closing: int
    indent: str
    picture: str = None

    def problem(self, text):
        return Problem(self.page, self.marker + 1, text)


class Page:
    """Its path is from the root. Prose is all but blocks and comments."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.blocks = []
        self.prose = []  # (number from 1, line)
        self.problems = []
        i = 0
        while i < len(self.lines):
            if FENCE.match(self.lines[i]):
                i = self.closing_fence(i) + 1
            elif self.lines[i].lstrip().startswith("<!--"):
                i = self.read_comment(i)
            else:
                self.read_prose(i)
                i += 1

    def complain(self, i, text):
        self.problems.append(Problem(self.path, i + 1, text))

    def closing_fence(self, i):
        fence = FENCE.match(self.lines[i])[2]
        for j in range(i + 1, len(self.lines)):
            line = self.lines[j].strip()
            if line.startswith(fence) and not line.strip(fence[0]):
                return j
        self.complain(i, f"this block is never closed; add {fence} below it")
        return len(self.lines)

    def read_prose(self, i):
        self.prose.append((i + 1, self.lines[i]))
        if re.search(r"<!-- *(code|run|screen):", without_code(self.lines[i])):
            self.complain(i, "a marker stands on a line of its own; move it")

    def block_below(self, i):
        """The index of the fence below line i, or None."""
        for j in range(i + 1, len(self.lines)):
            if FENCE.match(self.lines[j]):
                return j
            if self.lines[j].strip() and not CAPTION.match(self.lines[j]):
                break
        return None

    def read_comment(self, i):
        marker = MARKER.match(self.lines[i])
        if marker and marker[1] == "screen":
            return self.read_screen(i, marker)
        if marker:
            return self.read_block(i, marker)
        if self.is_misspelt(self.lines[i], i):
            self.complain(i, f"this is not a marker; {FORM}")
            return i + 1
        for j in range(i, len(self.lines)):
            if "-->" in self.lines[j]:
                return j + 1
        self.complain(i, "this comment is never closed; add -->")
        return len(self.lines)

    def is_misspelt(self, line, i):
        word = re.match(r"\W*(\w*)", line)[1].lower()
        above = "-->" in line and self.block_below(i) is not None
        return above or bool(get_close_matches(word, ["code", "run",
                                                    "screen"]))

    def read_screen(self, i, marker):
        image = IMAGE.match("\n".join(self.lines[i + 1:]))
        if image:
            path = normpath(join(dirname(self.path), image[1]))
            self.blocks.append(Block(self.path, "screen", marker[2], i, i, i,
                                     "", path))
        else:
            self.complain(i, "no picture stands below this marker; write "
                          "![WHAT IT SHOWS](FILE.svg) there")
        return i + 1

    def read_block(self, i, marker):
        opening = self.block_below(i)
        if opening is None:
            language = "cpp" if marker[1] == "code" else "text"
            self.complain(i, "no fenced block stands below this marker; "
                          f"write ```{language} and ``` there")
            return i + 1
        for j in range(i + 1, opening):
            self.read_prose(j)
        closing = self.closing_fence(opening)
        if closing < len(self.lines):
            indent = FENCE.match(self.lines[opening])[1]
            self.blocks.append(Block(self.path, marker[1], marker[2], i,
                                     opening, closing, indent))
        return closing + 1


def without_code(line):
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def read_text(root, path):
    # What is not UTF-8 is written back as it was, and so is each line's end.
    with open(os.path.join(root, path), encoding="utf-8", newline="",
              errors="surrogateescape") as file:
        return file.read()


def write_pages(root, texts):
    """Replaces files, {path: (old, new)}: all are written beside first. The
    old text of a file that is not there is None."""
    parts = {os.path.join(root, path) + ".part": path for path in texts}
    try:
        for part, path in parts.items():
            old, new = texts[path]
            with open(part, "w", encoding="utf-8", newline="",
                      errors="surrogateescape") as file:
                file.write(new)
            if old is not None:
                shutil.copymode(part[:-5], part)
            if old is not None and read_text(root, path) != old:
                raise Problem(path, 1, "somebody changed this page meanwhile; "
                              "run 'make lessons' again")
        for part in parts:
            os.replace(part, part[:-5])
    finally:
        for part in filter(os.path.exists, parts):
            os.remove(part)
