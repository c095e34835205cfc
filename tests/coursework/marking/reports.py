"""Marks that are given by hand, for reports: read from a CSV, and kept.

The columns are name, chapter, points and, if there is anything to say, remark.
A mark is out of the points that grading.json has for reports. Whoever has none
yet has no score, which is not 0.
"""

import csv
import io
import math
import os
import unicodedata
from collections import namedtuple

import exercises

COLUMNS = ["name", "chapter", "points"]
Mark = namedtuple("Mark", "points remark")


class Bad(Exception):
    """What is wrong with the file, as one line."""


def read(path, most, names=None):
    """{(name, chapter): Mark} of a file. names: those that may be in it."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
        separator = separator_of(text)
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True,
                                delimiter=separator))
    except UnicodeDecodeError as error:
        raise Bad(f"{path}: byte {error.start} is not UTF-8: save it as CSV "
                  "in UTF-8") from None
    except (OSError, csv.Error) as error:
        raise Bad(f"{path}: {error}") from None
    names = names and {composed(name) for name in names}
    if not lines or lines[0] not in (COLUMNS, COLUMNS + ["remark"]):
        raise Bad(f"{path}: its first line must be name,chapter,points or "
                  "name,chapter,points,remark")
    found = {}
    for number, fields in enumerate(lines[1:], 2):
        if not any(field.strip() for field in fields):
            continue
        try:
            if separator == ";" and len(fields) > 2:  # then 7,5 is a number
                fields[2] = fields[2].replace(",", ".")
            key, mark = parse(fields, len(lines[0]), most)
            if names is not None and key[0] not in names:
                raise ValueError(f"nothing of {key[0]!r} was handed in")
            if key in found:
                raise ValueError(f"a second mark of {key[0]} for chapter "
                                 f"{int(key[1])}")
        except ValueError as error:
            raise Bad(f"{path}:{number}: {error}") from None
        found[key] = mark
    return found


def separator_of(text):
    """Spreadsheets of many countries write ; where others write a comma."""
    first = text.split("\n", 1)[0]
    return ";" if ";" in first and "," not in first else ","


def composed(name):
    """The name with each accent in its letter: macOS stores them apart."""
    return unicodedata.normalize("NFC", name)


def parse(fields, count, most):
    """((name, chapter), Mark) of a line. Raises ValueError."""
    if len(fields) not in (count, 3):
        raise ValueError(f"{len(fields)} fields, and the first line has "
                         f"{count}")
    name, chapter, points, *remark = (field.strip() for field in fields)
    if f"{chapter:0>2}" not in {f[:2] for f in exercises.FOLDERS}:
        raise ValueError(f"there is no chapter {chapter!r}")
    try:
        value = float(points)
    except ValueError:
        raise ValueError(f"{points!r} is no number of points") from None
    if not math.isfinite(value) or not 0 <= value <= most:
        raise ValueError(f"{points} points: give 0 to {most:g}")
    return (composed(name), f"{chapter:0>2}"), Mark(
        value, " ".join(" ".join(remark).split()))


class Marks:
    """The marks of all that are graded into a folder."""

    def __init__(self, folder, most, new=None, names=None):
        """new: the file with marks that come in addition, or instead."""
        self.path = os.path.join(folder, "reports.csv")
        self.most = most
        self.known = {}
        if os.path.exists(self.path):
            self.known = read(self.path, most)
        self.news = read(new, most, names) if new else {}
        self.known |= self.news

    def text(self):
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS + ["remark"])
        for (name, chapter), mark in sorted(self.known.items()):
            table.writerow([name, chapter, f"{mark.points:g}", mark.remark])
        return out.getvalue()

    def entry(self, name, chapter, points):
        """The entry of results.json; `points` is what the chapter gives."""
        found = {"number": f"{chapter}.report",
                 "name": f"chapter {int(chapter)}, report",
                 "max_score": round(points, 6),
                 "visibility": "visible"}
        mark = self.known.get((composed(name), chapter))
        if mark is None:
            return found | {"output": "not marked yet"}
        of = f"{mark.points:g} of {self.most:g} by hand"
        return found | {
            "score": round(points * mark.points / self.most, 6),
            "status": "passed" if mark.points == self.most else "failed",
            "output": f"{of}: {mark.remark}" if mark.remark else of}
