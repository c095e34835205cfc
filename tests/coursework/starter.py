"""Writes the students' tree: the book without the solutions of its exercises.

starter.py DIR [CHAPTERS]   DIR must be new or empty; CHAPTERS: 01-03, or 02

In the tree are the chapters up to the last one, with the exercises of CHAPTERS
to solve; those of earlier chapters stand there solved.
"""

import os
import re
import shutil
import sys
import tempfile

import exercises
import marks

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "book"))

import pages  # noqa: E402  (they stand in tests/book)
import regions  # noqa: E402

# What a student gets besides the chapters: files, and folders with all in
# them but what KEPT_BACK names.
TAKEN = ["LICENSE", "CITATION.cff", "Makefile", ".gitignore", ".clang-format",
         "common", "data", "docs/start.md", "docs/notation.md",
         "docs/glossary.md", "docs/bibliography.md", "docs/figures",
         "tests/run_tests.sh", "tests/support", "tests/model",
         "tests/coursework"]
KEPT_BACK = re.compile(
    r"common/make/more\.mk|data/(fashion-)?mnist|.*\.lock"
    r"|tests/model/(mutations\..*|.*_test\.cpp)"
    r"|tests/coursework/(starter|starter\.py|marking|platforms|trials"
    r"|probes/(threads|speed|work\..*))"
    r"|.*/__pycache__|chapters/[^/]*/benchmark\.cpp")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")
# Lines of solutions that give nothing away, wherever else they stand.
COMMONPLACE = {"double loss = 0;", "const std::size_t moved =",
               "for (std::size_t j = 0; j < count; ++j) {",
               "for (std::size_t j = 0; j < n; ++j) {"}
HIDDEN = re.compile(r"^  if \(!thorough\) return;\n.*?(?=^}$)",
                    re.MULTILINE | re.DOTALL)


class Refused(Exception):
    """Why no tree was written; a line for standard error."""


def chosen_chapters(text):
    """The first and the last chapter of "01-03" or "02"."""
    match = re.fullmatch(r"(\d\d)(?:-(\d\d))?", text)
    known = [folder[:2] for folder in exercises.FOLDERS]
    first, last = (match[1], match[2] or match[1]) if match else ("", "")
    if first not in known or last not in known or last < first:
        raise Refused(f"CHAPTERS={text}: give one chapter, such as 02, or "
                      f"some in a row, such as {known[0]}-{known[-1]}")
    return first, last


def is_text(path):
    return path.endswith((".md", ".hpp", ".cpp", ".py", ".sh", ".mk", ".txt",
                          ".csv", ".svg", "Makefile"))


class Starter:
    """The files of the tree, {path: bytes}."""

    def __init__(self, root, first, last, hidden_cases=False):
        self.root = root
        self.first, self.last = first, last
        self.tree = exercises.Tree(root)
        self.folders = [f for f in exercises.FOLDERS if f[:2] <= last]
        self.files = {}
        for path in TAKEN + ["chapters/" + f for f in self.folders]:
            if not path.startswith(".") or self.has(path):
                self.take(path)
        self.strip_solutions()
        if not hidden_cases:
            self.strip_hidden_cases()
        self.adapt_makefiles()
        with open(os.path.join(HERE, "starter", "README.in"), "rb") as file:
            self.files["README.md"] = file.read()
        self.adapt_lessons()

    def has(self, path):
        """Hidden files get lost where a tree is copied by hand."""
        return os.path.exists(os.path.join(self.root, path))

    def take(self, path):
        if KEPT_BACK.fullmatch(path):
            return
        full = os.path.join(self.root, path)
        if os.path.isdir(full):
            for name in sorted(os.listdir(full)):
                self.take(f"{path}/{name}")
        else:
            with open(full, "rb") as file:
                self.files[path] = file.read()

    def text(self, path):
        return self.files[path].decode("utf-8")

    def is_stripped(self, name):
        return self.first <= exercises.named(name).chapter <= self.last

    # ---- The exercises
    def strip_solutions(self):
        """Stubs in place of solutions; keeps what was taken out."""
        self.stripped = []
        for path, found in self.tree.solutions.items():
            found = [s for s in found if self.is_stripped(s.name)]
            if path not in self.files or not found:
                continue
            text = self.text(path)
            for s in found:
                self.stripped += marks.body(text, s)
            text = marks.replace(text, [(s, [marks.stub(s)]) for s in found])
            self.files[path] = with_include(text).encode()
            self.files["tests/coursework/given/" + path] = self.files[path]

    def strip_hidden_cases(self):
        """Of the probes: the cases that a student does not see."""
        for path in self.files:
            if not path.startswith("tests/coursework/probes/"):
                continue
            name = path.rsplit("/", 1)[1].removesuffix(".cpp")
            if name in ("probe", "probe.hpp"):
                continue
            text = HIDDEN.sub("", self.text(path))
            if re.search(r"\bthorough\b", text.replace("bool thorough", "")):
                raise Refused(f"{path}: hidden cases stand below "
                              "'  if (!thorough) return;', and nowhere else")
            self.files[path] = text.replace("bool thorough", "bool").encode()

    # ---- Building
    def adapt_makefiles(self):
        text = self.text("Makefile")
        listed = re.search(r"^FOLDERS  := (?:.*\\\n)*.*$", text, re.MULTILINE)
        text = text.replace(listed[0], "FOLDERS  := " +
                            " ".join(self.folders))
        self.files["Makefile"] = text.encode()
        self.files["common/make/starter.mk"] = (
            "# This is a student's tree. A stub uses no parameter, and a\n"
            "# warning need not stop what is half written.\n"
            "WARNINGS := $(filter-out -Werror,$(WARNINGS)) \\\n"
            "  -Wno-unused-parameter -Wno-unused-variable \\\n"
            "  -Wno-unused-but-set-variable -Wno-unused-function\n").encode()

    # ---- Prose
    def adapt_lessons(self):
        for path in [p for p in self.files if p.endswith(".md")]:
            text = self.with_stubs(path, self.text(path))
            self.files[path] = self.without_dead_links(path, text).encode()

    def with_stubs(self, path, text):
        """The lesson with its code blocks as the student's sources are."""
        page = pages.Page(path, text)
        lines = list(page.lines)
        for block in reversed(page.blocks):
            if block.kind != "code":
                continue
            source, _, region = block.argument.partition(" ")
            if source in self.files:
                shown = regions.Source(source, self.text(source)).shown(region)
                lines[block.opening + 1:block.closing] = shown
        return "\n".join(lines)

    def without_dead_links(self, path, text):
        """Links to what is not in the tree become their words."""
        def replace(link):
            image, words, target, _ = link.groups()
            to = os.path.normpath(os.path.join(os.path.dirname(path), target))
            there = to in self.files or any(f.startswith(to + "/")
                                            for f in self.files)
            return link[0] if ":" in target or there else (
                "" if image else words)
        return LINK.sub(replace, text)

    # ---- Leaks
    def leaks(self):
        """Lines of solutions that stand somewhere in the tree."""
        common = {squeeze(line) for line in self.lines_outside_solutions()}
        telling = {squeeze(line) for line in self.stripped}
        telling = {line for line in telling if len(line) >= 15 and
                   not line.startswith("//")} - common - COMMONPLACE
        for path in sorted(self.files):
            if not is_text(path):
                continue
            for number, line in enumerate(self.text(path).split("\n"), 1):
                found = squeeze(line)
                for secret in telling:
                    if secret in found:
                        yield f"{path}:{number}: {secret}"

    def lines_outside_solutions(self):
        """The reference's code besides the solutions."""
        for path in self.files:
            if path.startswith(("chapters/", "common/")) and (
                    path.endswith((".hpp", ".cpp")) and
                    not path.endswith("test.cpp")):
                yield from self.text(path).split("\n")

    def write(self, directory):
        """Writes the tree beside its place, and then moves it there."""
        directory = os.path.abspath(directory)
        if os.path.exists(directory) and (
                not os.path.isdir(directory) or os.listdir(directory)):
            raise Refused(f"{directory} exists and is no empty folder; name "
                          "another")
        parent = os.path.dirname(directory)
        try:
            os.makedirs(parent, exist_ok=True)
            part = tempfile.mkdtemp(prefix=".starter-", dir=parent)
        except OSError as error:
            raise Refused(f"{parent}: {error.strerror}") from None
        try:
            for path, content in self.files.items():
                target = os.path.join(part, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "wb") as file:
                    file.write(content)
            os.chmod(part, 0o755)
            os.replace(part, directory)
        except OSError as error:
            raise Refused(f"{directory}: {error.strerror}") from None
        finally:
            shutil.rmtree(part, ignore_errors=True)


def squeeze(line):
    return " ".join(line.split())


def with_include(text):
    """The text with an #include of what the stubs call."""
    include = '#include "common/not_implemented.hpp"'
    if include in text:
        return text
    first = re.search(r"^#(include|pragma once).*$", text, re.MULTILINE)
    return text[:first.end()] + "\n" + include + text[first.end():]


def main(arguments):
    if len(arguments) not in (1, 2) or not arguments[0]:
        print("starter: give the folder to write: make starter DIR=path",
              file=sys.stderr)
        return 2
    try:
        whole = f"01-{exercises.FOLDERS[-1][:2]}"
        chapters = arguments[1] if len(arguments) == 2 else whole
        starter = Starter(ROOT, *chosen_chapters(chapters))
        if leaks := list(starter.leaks()):
            raise Refused("a line of a solution stands elsewhere: " + leaks[0])
        # zsh leaves the ~ in DIR=~/x.
        starter.write(os.path.expanduser(arguments[0]))
    except (Refused, marks.MarkError) as error:
        print(f"starter: {error}", file=sys.stderr)
        return 2
    count = sum(starter.is_stripped(e.name) for e in exercises.EXERCISES)
    print(f"{arguments[0]}: {count} exercises to solve, in "
          f"{len(starter.files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
