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
    numbers from caches and memory: the roofs. The best of many runs: whatever
    else the machine does only takes time."""
    orders, peak = {}, 0
    for _ in range(9):
        for row in rows(runner.csv("./chapter01", "--largest", "256")):
            speed = float(row["gflops"])
            peak = max(peak, speed / float(row["share_of_peak"]))
            if row["order"] in BYTES and row["size"] == "256 x 256 x 256":
                orders[row["order"]] = max(speed, orders.get(row["order"], 0))
    if orders.keys() != BYTES.keys():
        raise Failure("./chapter01 --csv has not all six orders of the loops")
    return (["what,name,flops_per_byte,gflops"]
            + [f"order,{order},{2 / BYTES[order]:.5f},{speed}"
               for order, speed in orders.items()]
            + [f"peak,peak,,{peak:.1f}"] + roofs(runner))


def roofs(runner):
    """The speed of a loop which does nothing but move numbers."""
    found = {}
    bench = os.path.join(os.environ.get("OUT", "build/release-g++"), "bench01")
    text = runner.run(bench, "--benchmark_filter=stream",
                      "--benchmark_repetitions=25", "--benchmark_min_time=0.02",
                      "--benchmark_format=csv")
    for row in rows(text[text.index("name,"):].splitlines()):
        if re.fullmatch(r"stream/\d+", row["name"]):
            size = int(row["name"].split("/")[1])
            speed = float(row["bytes_per_second"]) / 1e9
            found[size] = max(speed, found.get(size, 0))
    return [f"roof,{size_name(size)},,{speed:.1f}"
            for size, speed in found.items()]


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


def story_part(runner, part, header):
    """What one part of chapter 6's story wrote: way, where, numbers."""
    lines = [header]
    for row in rows(runner.csv("./chapter06")):
        if row["part"] == part:
            lines.append(",".join([row["way"], row["at"], row["accuracy"]]
                                  + [row["loss"]] * bool(row["loss"])))
    return lines


def record_line(runner):
    return story_part(runner, "line", "way,t,accuracy,loss")


def record_rounds(runner):
    return story_part(runner, "round", "way,round,accuracy")


def record_speedup(runner):
    """The points of the figure: its two ways, and no single measurements."""
    lines = ["kind,way,executor,workers,speedup"]
    for row in rows(runner.csv("./chapter07")):
        if (row["kind"] in ("median", "simulated", "bound")
                and row["way"] in ("even, by a task", "shuffled")
                and row["executor"] != "bare threads"):
            lines.append(f"{row['kind']},\"{row['way']}\",{row['executor']},"
                         f"{row['workers']},{row['speedup']}")
    return lines


def ladder_of(runner):
    """{(rung, n): GFLOP/s} of squares, and the peak of one core. The best of
    several runs: whatever else the machine does only takes time."""
    best, peak = {}, 0
    for _ in range(5):
        for row in rows(runner.csv("./chapter08", "--threads", "1")):
            sides = row["size"].split(" x ")
            speed = float(row["gflops"])
            peak = max(peak, speed / max(float(row["share_of_peak"]), 0.01))
            if len(set(sides)) == 1 and sides[0] != "100":
                key = (row["rung"], int(sides[0]))
                best[key] = max(best.get(key, 0), speed)
    return best, peak


def record_ladder(runner):
    best, peak = ladder_of(runner)
    lines = ["rung,n,gflops"]
    lines += [f"{rung},{n},{speed:.1f}" for (rung, n), speed in best.items()]
    return [*lines, f"peak,0,{peak:.1f}"]


def record_rungs(runner):
    """The rungs under the roofs: two sizes, one of which fits into L2."""
    best, peak = ladder_of(runner)
    lines = ["what,name,flops_per_byte,gflops"]
    for (rung, n), speed in best.items():
        if rung in MOVED and n in (256, 2048):
            lines.append(f"{n},{rung},{MOVED[rung]:.3f},{speed:.1f}")
    return [*lines, f"peak,peak,,{peak:.1f}", *roofs(runner)]


def tile_intensity(rows, columns):
    """Operations per byte of a tile: rows + columns numbers at each step."""
    return 2 * rows * columns / (4 * (rows + columns))


# Operations per byte that each rung's inner loop moves.
MOVED = {"ordered": 2 / BYTES["jki"], "tiles": tile_intensity(32, 4),
         "blocks": tile_intensity(32, 4), "packed": tile_intensity(32, 4),
         "vectors": tile_intensity(32, 14)}


LADDER = ["chapters/01_matrix/peak.cpp",
          *(f"chapters/08_parallel_matrix/{name}" for name in (
              "blocks.cpp", "kernels/plain_tile.cpp", "kernels/tile_kernel.hpp",
              "ladder/ladder.cpp", "packing.cpp", "product.cpp", "tile.hpp"))]

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
    "06_line": Figure(
        "./chapter06 --csv",
        [*ENSEMBLE, "chapters/06_averaging/assignment.cpp",
         "chapters/06_averaging/barrier.cpp",
         "chapters/06_averaging/likeness.cpp",
         "chapters/06_averaging/matching.cpp",
         "chapters/06_averaging/program/lines.cpp"], record_line, True),
    "06_rounds": Figure(
        "./chapter06 --csv",
        [*ENSEMBLE, "chapters/06_averaging/outer_step.hpp",
         "chapters/06_averaging/rounds.cpp",
         "chapters/06_averaging/program/ways.cpp"], record_rounds, True),
    "07_speedup": Figure(
        "./chapter07 --csv",
        [*NETWORK, "chapters/04_work_balancing/ensemble/shards.cpp",
         "chapters/04_work_balancing/pool/balanced_queues.cpp",
         "chapters/04_work_balancing/pool/work_queue.hpp",
         "chapters/05_work_stealing/steps.hpp",
         "chapters/07_speedup/busy_set.hpp",
         "chapters/07_speedup/simulator.cpp"], record_speedup),
    "08_ladder": Figure("./chapter08 --threads 1 --csv, five times", LADDER,
                        record_ladder),
    "08_roofline": Figure(
        "./chapter08 --threads 1 --csv, five times, and make bench01", LADDER,
        record_rungs),
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
