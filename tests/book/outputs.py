"""Runs the commands of a page and compares what they print with the page.

A page's commands run one after another in a scratch copy of the root, made of
links, whose data/ is empty but for what `mnist` asks for. A file that one
command leaves is there for the next, and gone after the last. A `run` prints
into a pipe, a `screen` on a terminal, in colours.
"""

import os
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryDirectory
from threading import Event

import drift
import screens
from pages import Problem

OPTIONS = {"tolerance": r"any|[\d.]+%?( [\d.]+%?)*", "from": ".+", "to": ".+",
           "status": r"\d+", "columns": r"\d+", "exact": "", "mnist": "",
           "slow": "", "always": "", "schedule": "", "unchecked": ""}
LIMIT = 300  # seconds, as the machine may be busy
SLOW_LIMIT = 1800
stopped = Event()


@dataclass
class Run:
    """A marker's command and options."""
    block: object
    command: str
    options: dict = field(default_factory=dict)
    ranges: list = field(default_factory=list)  # [from, to], texts or None

    def __post_init__(self):
        self.slow = "slow" in self.options
        self.always = "always" in self.options
        self.status = int(self.options.get("status", 0))
        words = self.options.get("tolerance", "").split()
        self.tolerances = [drift.tolerance(word) for word in words]
        self.columns = self.options.get("columns", "80")

    def prompt(self):
        return "$ " + self.command


def parse(root, block):
    """The run that a marker asks for; raises a Problem."""
    command, *rest = block.argument.split(" | ")
    options, ranges = {}, []
    for option in rest:
        name, _, value = (part.strip() for part in option.partition(":"))
        if name not in OPTIONS or not re.fullmatch(OPTIONS[name], value):
            raise block.problem(
                f"'{option.strip()}' is no option; write tolerance: 2% 0.5, "
                "tolerance: any, from: TEXT, to: TEXT, status: 2, columns: "
                "60, exact, mnist, slow, always, schedule or unchecked (a "
                "command has no |)")
        options[name] = value
        if name in ("from", "to"):
            add_to_ranges(ranges, name, value)
    for name in re.findall(r"\./(chapter\d\d)\b", command):
        if not os.path.exists(os.path.join(root, name)):
            raise block.problem(f"{name} is not built; 'make {name}' builds "
                                "it")
    return Run(block, command.strip(), options, ranges)


def add_to_ranges(ranges, name, text):
    """Each `from:` begins a range, and a `to:` ends it."""
    if name == "from":
        ranges.append([text, None])
    elif ranges and ranges[-1][1] is None:
        ranges[-1][1] = text
    else:
        ranges.append([None, text])


# ---- Running ---------------------------------------------------------------
@contextmanager
def scratch_copy(root):
    with TemporaryDirectory() as folder:
        for name in os.listdir(root):
            if not name.startswith(".") and name != "data":
                os.symlink(os.path.join(root, name), f"{folder}/{name}")
        os.mkdir(f"{folder}/data")
        yield folder


def environment():
    """What a reader's shell has, on a terminal of 80 columns, colourless."""
    from_make = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "GOALS", "RUN", "OUT"}
    kept = {name: value for name, value in os.environ.items()
            if name not in from_make | {"MNIST_DIR", "COLORTERM"}}
    return kept | {"COLUMNS": "80", "NO_COLOR": "1", "LANG": "C.UTF-8",
                   "LC_ALL": "C.UTF-8"}


def mnist_folder(root):
    folder = os.environ.get("MNIST_DIR") or os.path.join(root, "data/mnist")
    return os.path.abspath(folder) if os.path.isdir(folder) else None


def link_mnist(root, folder, wanted):
    link = os.path.join(folder, "data/mnist")
    if os.path.lexists(link):
        os.remove(link)
    if wanted:
        os.symlink(mnist_folder(root), link)


def words_and_environment(run):
    if run.block.kind == "screen":
        return (screens.on_terminal(run.command, run.columns),
                screens.environment(environment(), run.columns))
    return ["sh", "-c", run.command], environment()


def execute(run, folder, limit):
    """Gives (status, output); status None where the time is over."""
    words, variables = words_and_environment(run)
    process = subprocess.Popen(
        words, cwd=folder, env=variables,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True)
    for _ in range(limit * 10):
        try:
            output, _ = process.communicate(timeout=0.1)
            return process.returncode, output.decode(errors="replace")
        except subprocess.TimeoutExpired:
            if stopped.is_set():
                break
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return None, ""


def output_of(root, folder, run):
    """The lines that a page shows of this command; raises a Problem."""
    link_mnist(root, folder, "mnist" in run.options)
    limit = SLOW_LIMIT if run.slow else LIMIT
    status, text = execute(run, folder, limit)
    lines = screens.settled(text.rstrip())
    if status is None:
        raise run.block.problem(f"'{run.command}' takes over {limit} s; "
                                "make it shorter, or mark it slow")
    if status != run.status:
        last = "".join(lines[-1:])
        raise run.block.problem(
            f"'{run.command}' exits with {status} and says '{last}'; correct "
            f"the command, or expect it with status: {status}")
    return [run.prompt()] + selected(lines, run)


def outputs_of_page(root, runs):
    """[(run, its output or a Problem)]"""
    result = []
    with scratch_copy(root) as folder:
        for run in runs:
            try:
                result.append((run, output_of(root, folder, run)))
            except Problem as problem:
                result.append((run, problem))
    return result


def outputs_of(root, runs):
    """The same for all runs, two pages at a time."""
    pages = {}
    for run in runs:
        pages.setdefault(run.block.page, []).append(run)
    with ThreadPoolExecutor(2) as pool:
        try:  # from here on there are threads, which must be told
            results = pool.map(partial(outputs_of_page, root), pages.values())
            return [pair for result in results for pair in result]
        except BaseException:
            stopped.set()
            raise


def selected(lines, run):
    """From each `from:` to its `to:`; `...` stands for what is left out."""
    shown, done = [], 0
    for start, end in run.ranges or [(None, None)]:
        first = find(lines, run, "from", start, done, done)
        last = find(lines, run, "to", end, first, len(lines) - 1)
        if start and end not in (None, start) and last == first:
            raise run.block.problem(
                f"the line of from: '{start}' has '{end}' already; choose "
                "another text for to:")
        shown += ["..."] * (first > done) + lines[first:last + 1]
        done = last + 1
    return shown + ["..."] * (done < len(lines))


def find(lines, run, option, text, first, default):
    """The first line from `first` on that has the option's text."""
    if text is None:
        return default
    for i in range(first, len(lines)):
        if text in lines[i]:
            return i
    raise run.block.problem(f"'{run.command}' prints no line with '{text}'; "
                            f"correct {option}:")
