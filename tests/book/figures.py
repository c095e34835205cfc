"""A figure is as new as its data, and its data as new as the code.

Its data, docs/figures/NAME.csv, begins with the comment lines
    # command: ./chapter03 --csv
    # commit: 18ce806
    # machine: AMD EPYC 7B13, 2 cores
    # sources: chapters/03_training/training.cpp=SHA256 ...
and NAME.svg beside it, drawn from that, has a comment of its own
    <!-- sources: docs/figures/NAME.csv=SHA256 ... -->
"""

import hashlib
import os
import re

from pages import Problem

RECORD = "'make figures-data FIGURE={}' records it again"
DRAW = "'make figures' draws it again"


def digest(root, path):
    """SHA-256 of a file. C++ is taken without its blank lines and those that
    are comments, which change no number."""
    with open(os.path.join(root, path), "rb") as file:
        lines = file.readlines()
    if path.endswith(("pp", ".h")):
        lines = [line for line in lines
                 if line.strip() and not line.strip().startswith(b"//")]
    return hashlib.sha256(b"".join(lines)).hexdigest()


def stamp(root, paths):
    """FILE=SHA256 for each, as `sources` has them."""
    return " ".join(f"{path}={digest(root, path)}" for path in paths)


def drawn_from(root, name):
    """The sources of a picture: its data, its script, and what that loads."""
    script = f"docs/plots/{name}.gp"
    with open(os.path.join(root, script), encoding="utf-8") as file:
        loaded = re.findall(r'^load "([^"]+)"', file.read(), re.M)
    return stamp(root, [f"docs/figures/{name}.csv", script, *loaded,
                        "docs/plots/draw.py"])


def header(root, path):
    """{name: (line, value)} of the comment lines that the file begins with."""
    result = {}
    with open(os.path.join(root, path), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            found = re.match(r"# (\w+): *(.*\S)", line)
            if not found:
                break
            result[found[1]] = (number, found[2])
    return result


def changed(root, path, line, sources, remedy):
    """Problems of the sources that are no longer as they are stamped."""
    for word in sources.split():
        source, _, recorded = word.rpartition("=")
        if not os.path.isfile(os.path.join(root, source)):
            yield Problem(path, line, f"its source '{source}' is gone; "
                          f"{remedy}")
        elif digest(root, source) != recorded:
            yield Problem(path, line, f"{source} has changed since this was "
                          f"made; {remedy}")


def check_data(root, path, name):
    known = header(root, path)
    remedy = RECORD.format(name)
    for wanted in ("command", "commit", "machine", "sources"):
        if wanted not in known:
            yield Problem(path, 1, f"there is no line '# {wanted}: ...'; "
                          f"{remedy}")
    line, sources = known.get("sources", (1, ""))
    yield from changed(root, path, line, sources, remedy)


def check_picture(root, path):
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        yield Problem(path, 1, f"the picture is missing; {DRAW}")
        return
    for number, line in enumerate(lines, 1):
        found = re.search(r"<!-- sources: (.*) -->", line)
        if found:
            yield from changed(root, path, number, found[1], DRAW)
            return
    yield Problem(path, 1, f"it does not say what it was drawn from; {DRAW}")


def check_figure(root, path):
    """Problems of the figure whose data are at the path."""
    name = os.path.splitext(os.path.basename(path))[0]
    return [*check_data(root, path, name),
            *check_picture(root, os.path.splitext(path)[0] + ".svg")]
