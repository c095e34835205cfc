"""Keeps the book's lessons true to the code.

lessons.py [check]     fails where a lesson and the code differ
lessons.py refresh     writes code and output into the lessons anew

LESSON (03, or a path) runs the commands of that lesson alone. A command that
is marked slow runs with --slow only. docs/writing.md says how to mark.
"""

import argparse
import os
import re
import signal
import sys
from collections import namedtuple

import outputs
import screens
from drift import first_drift
from figures import check_figure
from links import check_links
from pages import FENCE, Page, Problem, read_text, write_pages
from regions import Source, caption, is_source

# New text for the lines from `first` to the end of a block, or for a picture.
Edit = namedtuple("Edit", "block first lines reason")
RECORD = "'make lessons' records it"


def files(root):
    """The paths of all files below root, but hidden and built ones, sorted."""
    found = []
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        folders[:] = [f for f in folders if not f.startswith(".")
                      and (inside, f) != (".", "build")]
        found += [os.path.normpath(os.path.join(inside, n)) for n in names]
    return sorted(found)


class Book:
    """The pages and sources below root; what is wrong and what is stale."""

    def __init__(self, root):
        self.root = root
        self.files = files(root)
        self.pages = {path: Page(path, read_text(root, path))
                      for path in self.files if path.endswith(".md")}
        self.sources = {}
        for path in self.files:
            if path.startswith(("chapters/", "common/")) and is_source(path):
                self.source(path)
        self.problems = []
        self.edits = []

    def source(self, path):
        if path not in self.sources:
            self.sources[path] = Source(path, read_text(self.root, path))
        return self.sources[path]

    def blocks(self, kind):
        return [block for page in self.pages.values() for block in page.blocks
                if block.kind == kind]

    def runs(self):
        return self.blocks("run") + self.blocks("screen")

    def lines(self, block, first):
        if block.picture:
            return (self.picture(block) or "").split("\n")
        return self.pages[block.page].lines[first:block.closing]

    def picture(self, block):
        """The text of a block's picture, or None where there is none."""
        if not os.path.exists(os.path.join(self.root, block.picture)):
            return None
        return read_text(self.root, block.picture)

    def attempt(self, function, *arguments):
        """What the function returns; the Problem that it raises is kept."""
        try:
            return function(*arguments)
        except Problem as problem:
            self.problems.append(problem)
            return None

    def edit(self, block, first, lines, reason):
        if self.lines(block, first) != lines:
            self.edits.append(Edit(block, first, lines, reason))


# ---- Code ------------------------------------------------------------------
def region_of(book, block):
    path, _, name = block.argument.partition(" ")
    if path not in book.files:
        raise block.problem(f"there is no file '{path}'; write its path from "
                            "the root, and then the region")
    source = book.source(path)
    if name not in source.regions:
        known = ", ".join(source.regions) or "none"
        raise block.problem(f"{path} has no region '{name}', but {known}; "
                            "correct the name or mark the region")
    return source, name


def content(block, lines):
    """Lines as they stand inside of the block."""
    if any(FENCE.match(line) for line in lines):
        raise block.problem("what belongs here has ``` itself; choose other "
                            "lines")
    return [(block.indent + line).rstrip() for line in lines]


def renew_code(book, block):
    """The caption and the code, from the marker to the closing fence."""
    source, name = region_of(book, block)
    opening = book.pages[block.page].lines[block.opening]
    lines = [block.indent + caption(block.page, source, name), "", opening]
    lines += content(block, source.shown(name))
    book.edit(block, block.marker + 1, lines,
              block.problem("this copy is stale; 'make lessons' refreshes it"))


def unshown(book, source):
    """Problems of the regions that no lesson shows.

    A chapter is asked for this from its lesson's first code block on, and
    common/ from the first of its regions that a lesson shows.
    """
    blocks = book.blocks("code")
    shown = [tuple(block.argument.split()) for block in blocks]
    folder = "/".join(source.path.split("/")[:2])
    if source.path.startswith("common/"):
        asked = any(path.startswith("common/") for path, *_ in shown)
    else:
        asked = f"{folder}/README.md" in {block.page for block in blocks}
    for name, (opening, _) in source.regions.items():
        whole = [n for n in source.regions if source.contains(n, name)]
        if asked and not any((source.path, n) in shown for n in whole):
            yield Problem(source.path, opening + 1, f"no lesson shows region "
                          f"{name}; write <!-- code: {source.path} {name} --> "
                          "in one or remove the marks")


# ---- Output ----------------------------------------------------------------
def runs_of(book, lessons):
    """The runs that the lessons' markers ask for; all lessons' if none."""
    runs = [book.attempt(outputs.parse, book.root, block)
            for block in book.runs() if not lessons or block.page in lessons]
    return list(filter(None, runs))


def recorded(book, run):
    if run.block.picture:
        return screens.read(book.picture(run.block) or "")
    lines = book.lines(run.block, run.block.opening + 1)
    return [line.removeprefix(run.block.indent) for line in lines]


def is_recorded(book, run):
    """Whether the block has some output of this very command."""
    return [*map(screens.plain, recorded(book, run)[:1])] == [run.prompt()]


def renew_output(book, run, output):
    if isinstance(output, Problem):
        raise output
    old, new = [[*map(screens.plain, lines)]
                for lines in (recorded(book, run), output)]
    i = first_drift(old, new, run)
    if i is None:
        return
    now = f"'{new[i]}'" if i < len(new) else "nothing"
    first = run.block.opening + 1
    says = (f"'{run.command}' now prints {now} here; {RECORD}, or allow a "
            "tolerance:")
    if run.block.picture:
        lines = screens.draw(output).split("\n")
        reason = run.block.problem(f"line {i + 1} of the picture: {says}")
    else:
        lines = content(run.block, output)
        reason = Problem(run.block.page, first + i + 1, says)
    book.edit(run.block, first, lines, reason)


def renew_drawings(book):
    """Pictures that are no longer drawn so."""
    for block in book.blocks("screen"):
        lines = screens.read(book.picture(block) or "")
        if lines:
            book.edit(block, 0, screens.draw(lines).split("\n"),
                      block.problem(f"{block.picture} is no longer drawn so; "
                                    "'make lessons' draws it again"))


def renew_outputs(book, runs):
    possible = []
    for run in runs:
        if "mnist" in run.options and not outputs.mnist_folder(book.root):
            print(f"NOTE: {run.block.page}:{run.block.marker + 1} is left as "
                  "it is: there is no real MNIST here; 'make data' gets it")
        else:
            possible.append(run)
    for run, output in outputs.outputs_of(book.root, possible):
        book.attempt(renew_output, book, run, output)


# ---- The two uses ----------------------------------------------------------
def check(book, lessons, slow):
    figures = [path for path in book.files
               if re.fullmatch(r"docs/figures/[^/]+\.csv", path)]
    for page in book.pages.values():
        book.problems += page.problems
        book.problems += check_links(book.root, book.pages, page)
    for block in book.blocks("code"):
        book.attempt(renew_code, book, block)
    for source in book.sources.values():
        book.problems += [*source.problems, *unshown(book, source)]
    for path in figures:
        book.problems += check_figure(book.root, path)
    renew_drawings(book)
    check_outputs(book, runs_of(book, lessons), slow)
    failed = book.problems + [edit.reason for edit in book.edits]
    checked = sum(map(len, (book.pages, book.sources, book.blocks("code"),
                            book.runs(), figures)))
    for problem in sorted(failed, key=lambda problem: problem.place):
        print(problem)
    print(f"{max(checked - len(failed), 0)} passed, {len(failed)} failed")
    return 1 if failed else 0


def check_outputs(book, runs, slow):
    for run in runs:
        if not is_recorded(book, run):
            book.problems.append(run.block.problem(
                f"this is not what '{run.command}' prints; {RECORD}"))
    renew_outputs(book, [run for run in runs
                         if (run.slow == slow or run.always)
                         and is_recorded(book, run)])


def refresh(book, lessons, slow):
    runs = runs_of(book, lessons)
    for thing in [*book.pages.values(), *book.sources.values()]:
        book.problems += thing.problems
    for block in book.blocks("code"):
        book.attempt(renew_code, book, block)
    status = 2
    if not book.problems:
        status = 1
        renew_drawings(book)
        renew_outputs(book, [run for run in runs if slow or not run.slow
                             or not is_recorded(book, run)])
    if not book.problems:
        book.attempt(write, book)
    for problem in book.problems:
        print(problem, file=sys.stderr)
    return status if book.problems else 0


def write(book):
    """Makes the edits, from the end of each page on."""
    pages = [edit for edit in book.edits if not edit.block.picture]
    lines = {edit.block.page: list(book.pages[edit.block.page].lines)
             for edit in pages}
    for edit in sorted(pages, key=lambda e: -e.first):
        lines[edit.block.page][edit.first:edit.block.closing] = edit.lines
    texts = {path: (book.pages[path].text, "\n".join(new))
             for path, new in lines.items()}
    texts |= {edit.block.picture: (book.picture(edit.block),
                                   "\n".join(edit.lines))
              for edit in book.edits if edit.block.picture}
    write_pages(book.root, texts)
    for edit in book.edits:
        print(f"{edit.block.page}: {edit.block.kind}: {edit.block.argument}")
    print(f"{len(book.edits)} blocks refreshed")


# ---- The command line ------------------------------------------------------
def lesson(book, name):
    """The page that 03 or chapters/03_training/README.md means."""
    for path in book.pages:
        chapter = re.fullmatch(r"chapters/(\d+)_[^/]*/README\.md", path)
        if path == name or chapter and chapter[1] == name.zfill(2):
            return path
    return None


def main(words=None):
    parser = argparse.ArgumentParser(prog="lessons.py")
    parser.add_argument("mode", choices=["check", "refresh"], nargs="?",
                        default="check")
    parser.add_argument("lessons", metavar="LESSON", nargs="*")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--root", default=".")
    arguments = parser.parse_intermixed_args(words)
    book = Book(os.path.abspath(arguments.root))
    lessons = [lesson(book, name) for name in arguments.lessons]
    if None in lessons:
        name = arguments.lessons[lessons.index(None)]
        print(f"make: LESSON={name}: there is no such lesson; write 03, or "
              "the path of a page", file=sys.stderr)
        return 2
    use = refresh if arguments.mode == "refresh" else check
    return use(book, lessons, arguments.slow)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"lessons.py: {error.filename}: {error.strerror}")
