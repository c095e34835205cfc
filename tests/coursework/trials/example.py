"""Writes ten invented submissions, for docs/teaching.md and the tests.

example.py DIR   DIR must be new or empty; chapters 1 and 2

Each is the given tree with solutions, or with a mistake of mutants/, in the
place of stubs. The students' names are invented.
"""

import os
import re
import sys
import zipfile

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import exercises  # noqa: E402
import marks  # noqa: E402
import starter  # noqa: E402
from trials import mutants  # noqa: E402

FIRST, LAST = "01", "02"
ASKED = [e for e in exercises.EXERCISES if FIRST <= e.chapter <= LAST]


class Student:
    """What one student hands in: the answers, and the files with them."""

    def __init__(self, given, solutions):
        self.given, self.solutions = given, solutions
        self.answers = {}

    def solve(self, *chapters):
        for e in ASKED:
            if e.chapter in chapters:
                self.answers[e.name] = self.solutions.body(e)
        return self

    def mistake(self, exercise, name):
        """Answers with one of the mistakes in mutants/."""
        found = next(m for m in mutants.tables()
                     if (m.exercise, m.name) == (exercise, name))
        self.answers[exercise] = mutants.mutate(
            self.solutions.body(exercises.named(exercise)), found)
        return self

    def write(self, exercise, *lines):
        self.answers[exercise] = ["  " + line for line in lines]
        return self

    def files(self):
        """{path: bytes} of the folder chapters/, with the answers."""
        files = {path: content for path, content in self.given.files.items()
                 if path.startswith("chapters/")}
        for name, lines in self.answers.items():
            path = exercises.named(name).file
            text = files[path].decode()
            [place] = [s for s in marks.solutions(path, text)
                       if s.name == name]
            files[path] = marks.replace(text, [(place, lines)]).encode()
        return files


def copied_from_check():
    """column_argmax for who knows the visible values by heart."""
    lines = []
    for seed in check.SEEDS:
        text = check.expected(exercises.named("column_argmax"), seed)
        first, _, ties = text.rstrip("\n").split("\n")
        rows = re.search(r"(\d+) x", first)[1]
        values = first.split("\t")[3].split()
        lines += [f"if (A.n_rows == {rows} && A.col(0).index_max() == "
                  f"{values[0]}) {{", f"  return {{{', '.join(values)}}};", "}"]
    return lines + [f"return {{{', '.join(ties.split(chr(9))[3].split())}}};"]


# ---- The ten ---------------------------------------------------------------
# name: (what was handed in, how it comes about, how it is written)
STUDENTS = {
    "anna": ("everything right", lambda s: s.solve("01", "02"), "folder"),
    "ben": ("one mistake in chapter 1, which only hidden values show",
            lambda s: s.solve("01", "02").mistake(
                "row_sums", "without columns it does nothing"), "folder"),
    "chen": ("chapter 1 alone", lambda s: s.solve("01"), "folder"),
    "dalia": ("one answer that does not compile",
              lambda s: s.solve("01", "02").write(
                  "softmax", "P = Z", "exponential(P, P);"), "folder"),
    "emil": ("one answer that crashes",
             lambda s: s.solve("01", "02").write(
                 "column_maxima", "Real* largest = nullptr;",
                 "*largest = A(0, 0);"), "folder"),
    "farah": ("the tree as it was given out", lambda s: s, "folder"),
    "goran": ("everything right, saved on Windows",
              lambda s: s.solve("01", "02"), "windows"),
    "hana": ("a zip of the folder, with one mistake in chapter 2",
             lambda s: s.solve("01", "02").mistake(
                 "cross_entropy", "the sum, not the mean"), "zip"),
    "ivan": ("chapter 1, and a claim to have passed chapter 2",
             lambda s: s.solve("01").write(
                 "softmax", 'std::cout << "[  PASSED  ] 5 tests.\\n";',
                 "std::exit(0);").write("cross_entropy", "std::_Exit(0);"),
             "folder"),
    "jo": ("an answer that knows the visible values by heart",
           lambda s: s.solve("01", "02").write(
               "column_argmax", *copied_from_check()), "folder"),
}


def on_windows(content):
    return b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")


def write_folder(folder, files):
    for path, content in files.items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content)


def write_zip(path, inner, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(f"{inner}/{name}", content)


def write(directory):
    """Writes them all; returns {name: what was handed in}."""
    given = starter.Starter(check.ROOT, FIRST, LAST)
    solutions = exercises.Tree(check.ROOT)
    for name, (_, made, form) in STUDENTS.items():
        files = made(Student(given, solutions)).files()
        path = os.path.join(directory, name)
        if form == "windows":
            files = {p: on_windows(content) for p, content in files.items()}
        if form == "zip":
            write_zip(path + ".zip", name, files)
        else:
            write_folder(path, files)
    return {name: what for name, (what, *_) in STUDENTS.items()}


def main(arguments):
    if len(arguments) != 1 or not arguments[0]:
        print("example: give the folder to write: make example-class "
              "DIR=path", file=sys.stderr)
        return 2
    directory = os.path.expanduser(arguments[0])  # zsh leaves ~ in DIR=~/x
    try:
        os.makedirs(directory, exist_ok=True)
        if os.listdir(directory):
            print(f"example: {directory} is not empty; name another",
                  file=sys.stderr)
            return 2
        for name, what in write(directory).items():
            print(f"  {name:6} {what}")
    except OSError as error:
        print(f"example: {directory}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
