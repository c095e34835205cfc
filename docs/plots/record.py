"""Records the figures' data anew: docs/figures/NAME.csv.

record.py [--root FOLDER] [NAME...]    all figures if no name is given

What is recorded is what a reader gets who types the command in its first line,
on real MNIST. Times belong to a machine on which nothing else runs. A file is
written beside and renamed.
"""

import argparse
import csv
import io
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "book"))
from figures import stamp  # noqa: E402

NETWORK = ["chapters/01_matrix/operations.hpp",
           "chapters/02_propagation/network.hpp",
           "chapters/02_propagation/propagation.hpp",
           "chapters/03_training/training.cpp", "common/rng.cpp"]
ENSEMBLE = [*NETWORK, "chapters/04_work_balancing/ensemble/ensemble.cpp",
            "chapters/04_work_balancing/ensemble/combination.cpp",
            "chapters/04_work_balancing/ensemble/shards.cpp"]


class Failure(Exception):
    """One line that says what is wrong, and what to do."""


@dataclass
class Figure:
    """What is run, what its numbers depend on, and how to read them."""
    command: str
    sources: list
    record: object  # a function of a Runner; gives the lines of the file
    real: bool = False  # needs real MNIST


class Runner:
    """Runs commands in the root; the files that they write go elsewhere."""

    def __init__(self, root, folder):
        self.root = root
        self.folder = Path(folder)

    def run(self, *words):
        print("  run      " + " ".join(words), flush=True)
        environment = {name: value for name, value in os.environ.items()
                       if name != "OPENBLAS_CORETYPE"}
        try:
            result = subprocess.run(words, cwd=self.root, env=environment,
                                    text=True, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, check=False)
        except OSError as error:
            raise Failure(f"{words[0]}: {error.strerror}; 'make figures-data' "
                          "builds it") from None
        if result.returncode:
            raise Failure(f"'{' '.join(words)}' exits with "
                          f"{result.returncode}")
        return result.stdout

    def csv(self, *words):
        """The lines that a chapter's program writes with --csv."""
        file = self.folder / "out.csv"
        self.run(*words, "--quiet", "--csv", str(file))
        return file.read_text(encoding="utf-8").splitlines()


def rows(lines):
    return list(csv.DictReader(lines))


# ---- The figures -----------------------------------------------------------
def record_roofline(runner):
    """The speed of each order, and that of a loop which does nothing but move
    numbers from caches and memory: the roofs."""
    lines = ["what,name,flops_per_byte,gflops"]
    speeds = rows(runner.csv("./chapter01", "--largest", "256"))
    for row in speeds:
        if row["order"] in BYTES and row["size"] == "256 x 256 x 256":
            intensity = 2 / BYTES[row["order"]]
            lines.append(f"order,{row['order']},{intensity:.5f},"
                         f"{row['gflops']}")
    if len(lines) != 1 + len(BYTES):
        raise Failure("./chapter01 --csv has not all six orders of the loops")
    peak = max(float(row["gflops"]) / float(row["share_of_peak"])
               for row in speeds)
    lines.append(f"peak,peak,,{peak:.1f}")
    bench = os.path.join(os.environ.get("OUT", "build/release-g++"), "bench01")
    text = runner.run(bench, "--benchmark_filter=stream",
                      "--benchmark_format=csv")
    for row in rows(text[text.index("name,"):].splitlines()):
        size = int(row["name"].split("/")[1])
        lines.append(f"roof,{size_name(size)},,"
                     f"{float(row['bytes_per_second']) / 1e9:.1f}")
    return lines


def size_name(size):
    """16 KB, 8 MB"""
    return f"{size >> 10} KB" if size < 1 << 20 else f"{size >> 20} MB"


# What the inner loop's step, 2 operations, moves. Next door, a number of 4
# bytes; after a jump, a whole cache line of 64. What is written is read first.
BYTES = {"jki": 4 + 4 + 4, "kji": 4 + 4 + 4, "ijk": 64 + 4, "jik": 64 + 4,
         "ikj": 64 + 64 + 64, "kij": 64 + 64 + 64}


def record_recipes(runner):
    lines = ["recipe,epoch,accuracy"]
    for recipe in ("writeup", "default", "best"):
        for row in rows(runner.csv("./chapter03", "--recipe", recipe)):
            lines.append(f"{recipe},{row['epoch']},{row['test_accuracy']}")
    return lines


def record_combinations(runner):
    return runner.csv("./chapter04")


def record_averages(runner):
    return runner.csv("./chapter04", "--averages")


def record_schedules(runner):
    lines = ["executor,model,worker,start,end"]
    command = ("./chapter05", "--virtual-clock", "--threads", "4")
    for row in rows(runner.csv(*command)):
        way, _, executor = row["group"].partition(": ")
        if way == "small first, by a task":
            lines.append(f"{executor},{row['task']},{row['worker']},"
                         f"{row['start']},{row['end']}")
    return lines


FIGURES = {
    "01_roofline": Figure(
        "./chapter01 --largest 256 --csv, and make bench01",
        ["chapters/01_matrix/loop_orders.hpp", "chapters/01_matrix/peak.cpp"],
        record_roofline),
    "03_recipes": Figure(
        "./chapter03 --recipe writeup --csv, and default, and best",
        [*NETWORK, "chapters/03_training/recipe.cpp"], record_recipes, True),
    "04_combinations": Figure("./chapter04 --csv", ENSEMBLE,
                              record_combinations, True),
    "04_averages": Figure(
        "./chapter04 --averages --csv",
        [*ENSEMBLE, "chapters/04_work_balancing/ensemble/averages.cpp"],
        record_averages, True),
    "05_schedules": Figure(
        "./chapter05 --virtual-clock --threads 4 --csv",
        ["chapters/04_work_balancing/ensemble/shards.cpp",
         "chapters/04_work_balancing/pool/balanced_queues.cpp",
         "chapters/04_work_balancing/pool/work_queue.hpp",
         "chapters/04_work_balancing/schedule/schedules.cpp",
         "chapters/04_work_balancing/schedule/virtual_clock.cpp",
         "chapters/05_work_stealing/program/virtual_comparison.cpp",
         "chapters/05_work_stealing/steps.hpp", "common/rng.cpp"],
        record_schedules),
}


# ---- Recording -------------------------------------------------------------
def machine():
    """The processor's name and how many cores it has."""
    name = platform.processor() or platform.machine()
    try:
        found = re.search(r"^model name\s*: (.*)$",
                          Path("/proc/cpuinfo").read_text(encoding="utf-8"),
                          re.M)
        name = found[1] if found else name
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores"


def commit(root):
    result = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=root,
                            text=True, capture_output=True, check=False)
    return result.stdout.strip() or "unknown"


def require_mnist(root, name):
    folder = os.environ.get("MNIST_DIR") or root / "data" / "mnist"
    if not os.path.isdir(folder):
        raise Failure(f"{name} is recorded on real MNIST, which is not here; "
                      "'make data' gets it")


def record(root, name):
    figure = FIGURES[name]
    if figure.real:
        require_mnist(root, name)
    with tempfile.TemporaryDirectory() as folder:
        lines = figure.record(Runner(root, folder))
    text = io.StringIO()
    print(f"# command: {figure.command}\n# commit: {commit(root)}\n"
          f"# machine: {machine()}\n"
          f"# sources: {stamp(root, figure.sources)}", file=text)
    print(*lines, sep="\n", file=text)
    target = root / "docs" / "figures" / f"{name}.csv"
    part = target.with_suffix(".csv.part")
    try:
        part.write_text(text.getvalue(), encoding="utf-8")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    print(f"  record   docs/figures/{name}.csv")


def main():
    parser = argparse.ArgumentParser(prog="record.py")
    parser.add_argument("--root", default=HERE.parent.parent, type=Path)
    parser.add_argument("names", metavar="NAME", nargs="*")
    arguments = parser.parse_args()
    try:
        for name in arguments.names or FIGURES:
            if name not in FIGURES:
                raise Failure(f"there is no figure '{name}'; choose one of: "
                              + " ".join(FIGURES))
            record(arguments.root, name)
    except Failure as failure:
        sys.exit(f"figures: {failure}")
    except OSError as error:
        sys.exit(f"figures: {error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
