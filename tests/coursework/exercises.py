"""The exercises: which there are, where they stand and what builds them."""

import os
from collections import namedtuple

import marks

# An exercise is one function of one file.
#   sources   what its probe is linked with besides: files below chapters/,
#             or common/, or a library (.a) that make has built
#   seconds   of processor time that its probe may take
#   probe     the file below probes/; None: it is called as the exercise
Exercise = namedtuple("Exercise", "chapter name file sources seconds probe",
                      defaults=[None])

FOLDERS = ["01_matrix", "02_propagation", "03_training", "04_work_balancing",
           "05_work_stealing", "06_averaging", "07_speedup",
           "08_parallel_matrix"]
NETWORK = ["02_propagation/network.cpp"]
TRAINING = NETWORK + ["03_training/training.cpp"]
TASKS = [f"04_work_balancing/pool/{name}.cpp" for name in (
    "counters", "executor", "task")]
# What runs tasks on an index each, and stops when the user asks to.
EACH = TASKS + ["04_work_balancing/ensemble/shards.cpp",
                "common/program/interrupt.cpp"]
SCHEDULING = ["07_speedup/list_scheduling.cpp"]
MODEL = ["model.a"]  # the explorer of tests/model

# The files of each chapter with the exercises in them, in the order in which
# a student meets them. Where a file is a .cpp, it is built with the probe.
TABLE = [
    ("01_matrix/products.hpp", "multiply_right_transposed", [], 10),
    ("01_matrix/operations.hpp", "row_sums", [], 10),
    ("01_matrix/operations.hpp", "column_maxima", [], 10),
    ("01_matrix/operations.hpp", "one_hot", [], 10),
    ("01_matrix/operations.hpp", "column_argmax", [], 10),
    ("02_propagation/activation.hpp", "softmax", [], 10),
    ("02_propagation/activation.hpp", "cross_entropy", [], 10),
    ("02_propagation/activation.hpp", "multiply_by_relu_slope", [], 10),
    ("02_propagation/network.hpp", "he_network", NETWORK, 10),
    ("02_propagation/propagation.hpp", "backward", NETWORK, 10),
    ("03_training/training.cpp", "epoch", TRAINING, 20),
    ("03_training/training.cpp", "gather", TRAINING, 20),
    ("03_training/training.cpp", "update", TRAINING, 20),
    ("03_training/evaluation.cpp", "confusion_matrix",
     NETWORK + ["03_training/evaluation.cpp"], 10),
    ("03_training/diagnosis.cpp", "diagnose",
     TRAINING + ["03_training/diagnosis.cpp",
                 "03_training/standardisation.cpp"], 10),
    ("04_work_balancing/pool/work_queue.hpp", "even_out", [], 10),
    ("04_work_balancing/pool/work_queue.hpp", "balance", MODEL, 20),
    ("04_work_balancing/pool/balanced_queues.cpp", "coin_comes_up", TASKS, 10),
    ("04_work_balancing/pool/waiting.hpp", "find_or_sleep", MODEL, 20),
    ("04_work_balancing/ensemble/reduce.hpp", "reduce_span", TASKS, 10),
    ("05_work_stealing/growing_deque.hpp", "take", MODEL, 20),
    ("05_work_stealing/growing_deque.hpp", "steal", MODEL, 20),
    ("05_work_stealing/circular_buffer.hpp", "grown", [], 10),
    ("05_work_stealing/steps.hpp", "steal_oldest", [], 10),
    ("05_work_stealing/tally.hpp", "all_done", MODEL, 20),
    ("06_averaging/assignment.cpp", "next_job",
     ["06_averaging/assignment.cpp"], 10),
    ("06_averaging/likeness.cpp", "likeness",
     NETWORK + ["06_averaging/likeness.cpp"], 10),
    ("06_averaging/barrier.cpp", "barrier",
     NETWORK + EACH + ["03_training/evaluation.cpp",
                       "06_averaging/barrier.cpp"], 10),
    ("06_averaging/outer_step.hpp", "outer_step", NETWORK, 10),
    ("06_averaging/aggregation.cpp", "average_slice",
     NETWORK + EACH + ["06_averaging/aggregation.cpp"], 10),
    ("07_speedup/statistics.cpp", "bootstrap_median",
     ["07_speedup/statistics.cpp"], 10),
    ("07_speedup/laws.hpp", "fitted_serial_share", [], 10),
    ("07_speedup/list_scheduling.cpp", "first_ready", SCHEDULING, 10),
    ("07_speedup/bounds.cpp", "search",
     SCHEDULING + ["07_speedup/bounds.cpp"], 20),
    ("07_speedup/busy_set.hpp", "next", [], 10),
    ("08_parallel_matrix/kernels/plain_tile.cpp", "register_tile",
     ["08_parallel_matrix/kernels/plain_tile.cpp"], 10),
    ("08_parallel_matrix/packing.cpp", "pack_panel",
     ["08_parallel_matrix/packing.cpp"], 10),
    ("08_parallel_matrix/cores/divide_product.hpp", "divide_product", [], 10),
    ("08_parallel_matrix/fused/live_tiles.cpp", "live_tiles",
     ["08_parallel_matrix/fused/live_tiles.cpp"], 10),
    ("08_parallel_matrix/fused/barrier.hpp", "arrive_and_wait", MODEL, 20),
]
EXERCISES = [Exercise(path[:2], name, "chapters/" + path, sources, seconds)
             for path, name, sources, seconds in TABLE]

# ---- On real threads, and under a stopwatch --------------------------------
# What is run is the chapter's own pool with the student's answer in it.
POOL = ["common/rng.cpp"] + TASKS + [
    f"04_work_balancing/pool/{name}.cpp" for name in (
        "worker_pool", "balanced_queues", "work_balancing_pool")]
STEALING = ["common/rng.cpp"] + TASKS + [
    "05_work_stealing/work_stealing_pool.cpp"]
# Of each chapter with threads, what its file in probes/threads is linked with.
# All exercises of the chapter are tried there.
THREADED = {"04": POOL, "05": STEALING}
# The exercises of which the speed is measured: the file in probes/speed, what
# it is linked with, and how many threads there are. With one thread,
# serial/NAME.txt is the plain answer that the solution must be faster than;
# with more it is the solution on one.
MEASURED = {
    "multiply_right_transposed": ("multiply_right_transposed", [], 1),
    "row_sums": ("row_sums", [], 1),
    "softmax": ("softmax", [], 1),
    "backward": ("backward", NETWORK, 1),
    "gather": ("gather", TRAINING, 1),
    "update": ("update", TRAINING, 1),
    "even_out": ("balancing", POOL, 2),
    "balance": ("balancing", POOL, 2),
    "reduce_span": ("reduce_span", POOL, 2),
    "take": ("stealing", STEALING, 2),
    "steal": ("stealing", STEALING, 2),
}


def on_threads(exercise):
    """The same exercise, built into what runs it on real threads."""
    return exercise._replace(
        probe=f"threads/{exercise.chapter}",
        sources=THREADED[exercise.chapter] + [WORK])


def under_stopwatch(exercise):
    """The same exercise, built into what is timed."""
    probe, sources, _ = MEASURED[exercise.name]
    return exercise._replace(probe="speed/" + probe,
                             sources=sources + [WORK])


WORK = "tests/coursework/probes/work.cpp"


def of_chapter(chapter):
    return [e for e in EXERCISES if e.chapter == chapter]


def named(name):
    return next(e for e in EXERCISES if e.name == name)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


class Tree:
    """The source files below a folder that hold solutions, or answers."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        self.solutions = {}
        for path in self.paths():
            text = read(root, path)
            found = marks.solutions(path, text)
            if found:
                self.texts[path] = text
                self.solutions[path] = found
        self.check()

    def paths(self):
        top = os.path.join(self.root, "chapters")
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".hpp", ".cpp")):
                    path = os.path.join(folder, name)
                    yield os.path.relpath(path, self.root)

    def check(self):
        known = {e.name for e in EXERCISES}
        for path, found in self.solutions.items():
            for s in found:
                if s.name not in known:
                    raise marks.MarkError(
                        f"{path}:{s.first + 1}: no exercise is called "
                        f"{s.name}; tests/coursework/exercises.py lists them")
        for e in EXERCISES:  # a student's tree may end before the last chapter
            there = os.path.exists(os.path.join(self.root, e.file))
            if there and self.solution(e) is None:
                raise marks.MarkError(
                    f"{e.file}: the marks of {e.name} are missing: put its "
                    f"lines between // BEGIN SOLUTION {e.name} and "
                    "// END SOLUTION")

    def solution(self, exercise):
        for s in self.solutions.get(exercise.file, []):
            if s.name == exercise.name:
                return s
        return None

    def body(self, exercise):
        """The lines of the exercise's solution, or of the student's answer."""
        return marks.body(self.texts[exercise.file], self.solution(exercise))
