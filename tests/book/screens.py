"""A picture of a terminal: an SVG of what a command prints on one.

The picture holds the lines that it was drawn from, as <metadata>, with their
styles. So it can be compared with what the command prints now, and drawn anew
when this file changes.

screens.py COLUMNS COMMAND runs a command on a terminal of that width.
"""

import html
import os
import pty
import re
import sys

STYLE = re.compile(r"\x1b\[([\d;]*)m")
CLASSES = {"1": "bold", "2": "dim", "32": "green", "33": "yellow",
           "36": "cyan"}
# Live lines: the cursor goes up that many, and all below it is erased.
REDRAW = re.compile(r"\x1b\[(\d+)A\r\x1b\[J")
# Drawn as shapes, as fonts differ in them; and words, of a font's letters.
SHAPE = re.compile(r"█+|▒+|─+|[^█▒─ ]+(?: [^█▒─ ]+)*")
ESCAPE = "\N{SYMBOL FOR ESCAPE}"  # what no XML may have is written so


# ---- The terminal ----------------------------------------------------------
def on_terminal(command, columns):
    """The words of a command that runs the command on a terminal."""
    return [sys.executable, os.path.abspath(__file__), columns, command]


def environment(kept, columns):
    """What a terminal of few colours sets."""
    kept = {name: kept[name] for name in kept if name != "NO_COLOR"}
    return kept | {"TERM": "xterm", "COLUMNS": columns}


def main(columns, command):
    status = pty.spawn(["sh", "-c", f"stty cols {columns} rows 24; {command}"])
    return os.waitstatus_to_exitcode(status)


# ---- Lines and their styles ------------------------------------------------
def settled(text):
    """The lines that stay on the screen."""
    if not text:
        return []
    first, *rest = REDRAW.split(text.replace("\r\n", "\n"))
    lines = first.split("\n")
    for count, more in zip(rest[::2], rest[1::2]):
        del lines[len(lines) - 1 - int(count):]
        lines += more.split("\n")
    return [joined(runs(line.rstrip())) for line in lines]


def runs(line):
    """[(style, text)], neighbours of one style as one."""
    result, style = [], ""
    for i, part in enumerate(STYLE.split(line)):
        if i % 2:
            style = part.lstrip("0")
        elif part and result and result[-1][0] == style:
            result[-1] = (style, result[-1][1] + part)
        elif part:
            result.append((style, part))
    return result


def joined(parts):
    return "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text
                   for style, text in parts)


def plain(line):
    return STYLE.sub("", line)


# ---- The picture -----------------------------------------------------------
WIDTH, HEIGHT = 8.4, 18  # of a letter of 14 px
EDGE, BAR = 16, 28  # around the text, and above it
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" \
height="{h}" role="img">
<metadata>
{recording}
</metadata>
<style>
  .window { fill: #ffffff; stroke: #b6bec8; }
  .bar { fill: #b6bec8; }
  text { font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #1f2328; }
  .bold { font-weight: bold; } text.dim { fill: #656d76; }
  .rule { fill: #b6bec8; }
  .cyan { fill: #0b7285; } .yellow { fill: #d9a514; } .green { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    .window { fill: #0d1117; stroke: #444c56; } .bar { fill: #444c56; }
    text { fill: #e6edf3; } text.dim { fill: #9198a1; }
    .rule { fill: #57606a; }
    .cyan { fill: #39c5cf; } .yellow { fill: #b8860b; }
    .green { fill: #3fb950; }
  }
</style>
<rect class="window" x="0.5" y="0.5" width="{w1}" height="{h1}" rx="8"/>
<circle class="bar" cx="20" cy="16" r="5"/>
<circle class="bar" cx="36" cy="16" r="5"/>
<circle class="bar" cx="52" cy="16" r="5"/>
"""


def number(value):
    return f"{value:.1f}".removesuffix(".0")


def shape(text, style, column, row):
    x, width = number(EDGE + column * WIDTH), number(len(text) * WIDTH)
    top, kind = BAR + row * HEIGHT + EDGE / 2, CLASSES.get(style, "")
    if text[0] in "█▒":
        return (f'<rect class="{kind}" x="{x}" y="{number(top)}" '
                f'width="{width}" height="{HEIGHT}"/>')
    if text[0] == "─":
        return (f'<rect class="rule" x="{x}" y="{number(top + HEIGHT / 2)}" '
                f'width="{width}" height="1"/>')
    name = f' class="{kind}"' if kind else ""
    return (f'<text{name} x="{x}" y="{number(top + 13)}" '
            f'textLength="{width}">{html.escape(text, False)}</text>')


def shapes(lines):
    for row, line in enumerate(lines):
        column = 0
        for style, text in runs(line):
            for found in SHAPE.finditer(text):
                yield shape(found[0], style, column + found.start(), row)
            column += len(text)


def draw(lines):
    """The picture of the lines, the first of which is the command."""
    width = max(len(plain(line)) for line in lines)
    w = round(2 * EDGE + width * WIDTH)
    h = BAR + EDGE + len(lines) * HEIGHT
    recording = html.escape("\n".join(lines), False).replace("\x1b", ESCAPE)
    head = HEAD
    for name, value in dict(w1=w - 1, h1=h - 1, w=w, h=h,
                            recording=recording).items():
        head = head.replace("{" + name + "}", str(value))
    return head + "\n".join(shapes(lines)) + "\n</svg>\n"


def read(picture):
    """The lines that a picture was drawn from; none if it is of another
    kind."""
    found = re.search(r"<metadata>\n(.*?)\n</metadata>", picture, re.S)
    if not found:
        return []
    return html.unescape(found[1]).replace(ESCAPE, "\x1b").split("\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
