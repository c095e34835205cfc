"""Draws the figures: docs/figures/NAME.svg from docs/figures/NAME.csv.

draw.py [--root FOLDER] [NAME...]    all figures if no name is given

docs/plots/NAME.gp says how, in gnuplot's language and in the colours for light
pages that style.gp names. What gnuplot writes gets a title and a description
for those who cannot see it, and the colours for dark pages. A picture is
written beside and renamed; where one fails, the old one stays.
"""

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "book"))
from figures import drawn_from  # noqa: E402

# A colour of style.gp, and the one for dark pages.
DARK = {
    "#f6f8fa": "#161b22",  # the card on which all stands
    "#1f2328": "#e6edf3",  # text
    "#57606a": "#9da7b3",  # axes, notes
    "#d0d7de": "#373e47",  # grid
    "#0a5cad": "#58a6ff",  # blue
    "#953800": "#f0a35e",  # orange
    "#1a7f37": "#3fb950",  # green
    "#6639ba": "#bc8cff",  # violet
    "#9aa4af": "#6e7681",  # pale
}
CARD = "#f6f8fa"
INK = "#1f2328"


class Failure(Exception):
    """One line that says what is wrong, and what to do."""


def run_gnuplot(root, script, data):
    if not shutil.which("gnuplot"):
        raise Failure("gnuplot is missing; 'make deps figures' installs it")
    result = subprocess.run(
        ["gnuplot", "-e", f"data = '{data}'", script], cwd=root, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False)
    if result.returncode or "</svg>" not in result.stdout:
        words = " ".join(result.stderr.split()) or "it drew nothing"
        raise Failure(f"{script}: gnuplot fails: {words}")
    return result.stdout


def comment(path, name):
    """What the script's comment `# NAME: ...` says, which may go on below."""
    found = re.search(rf"^# {name}: (.*(?:\n#  .*)*)",
                      path.read_text(encoding="utf-8"), re.M)
    if not found:
        raise Failure(f"{path.name}: there is no line '# {name}: ...'; say "
                      "what the figure shows")
    return " ".join(re.sub(r"\n#", " ", found[1]).split())


def hexadecimal(match):
    return "#%02x%02x%02x" % tuple(map(int, re.findall(r"\d+", match[0])))


def in_named_colours(text):
    """The picture with each colour written as in DARK."""
    text = re.sub(r"rgb\( *\d+, *\d+, *\d+\)", hexadecimal, text)
    text = re.sub(r"(stroke|fill|color) ?= ?(['\"])black\2", rf'\1="{INK}"',
                  text)
    return re.sub(r"(stroke|fill|color) ?= ?'(#\w+)'", r'\1="\2"', text)


def dark_style():
    rules = "".join(
        f"    [{what}='{light}'] {{ {what}: {dark} }}\n"
        for light, dark in DARK.items() for what in ("fill", "stroke", "color"))
    return ("<style>\n  @media (prefers-color-scheme: dark) {\n"
            f"{rules}  }}\n</style>\n")


def finished(drawn, title, about, sources):
    """What gnuplot drew, as it goes into a page."""
    width, height = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups()
    body = drawn[drawn.index("</desc>") + len("</desc>"):]
    body = in_named_colours(re.sub(r"<title>[^<]*</title>", "", body))
    body = re.sub(r"<g [^>]*>\s*</g>\n", "", body)
    body = "\n".join(line.rstrip() for line in body.splitlines() if
                     line.strip())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"\n'
        '     xmlns:xlink="http://www.w3.org/1999/xlink"\n'
        f'     viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"\n     role="img" aria-labelledby="t d">\n'
        f"<!-- sources: {sources} -->\n"
        f'<title id="t">{html.escape(title)}</title>\n'
        f'<desc id="d">{html.escape(about)}</desc>\n{dark_style()}'
        f'<rect width="{width}" height="{height}" rx="8" fill="{CARD}"/>\n'
        f"{body}\n")


def draw(root, name):
    data = f"docs/figures/{name}.csv"
    script = f"docs/plots/{name}.gp"
    for path in (data, script):
        if not (root / path).is_file():
            raise Failure(f"{name}: there is no {path}")
    picture = finished(run_gnuplot(root, script, data),
                       comment(root / script, "title"),
                       comment(root / script, "about"),
                       drawn_from(root, name))
    part = root / f"docs/figures/{name}.svg.part"
    try:
        part.write_text(picture, encoding="utf-8")
        os.replace(part, root / f"docs/figures/{name}.svg")
    finally:
        part.unlink(missing_ok=True)
    print(f"  draw     docs/figures/{name}.svg")


def main():
    parser = argparse.ArgumentParser(prog="draw.py")
    parser.add_argument("--root", default=HERE.parent.parent, type=Path)
    parser.add_argument("names", metavar="NAME", nargs="*")
    arguments = parser.parse_args()
    folder = arguments.root / "docs" / "figures"
    names = arguments.names or sorted(p.stem for p in folder.glob("*.csv"))
    try:
        for name in names:
            draw(arguments.root, name)
    except Failure as failure:
        sys.exit(f"figures: {failure}")
    except OSError as error:
        sys.exit(f"figures: {error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
