"""Measures whether the speed part is fair, on a machine that is not quiet.

fairness.py [COUNT [EXERCISE...]]    30 times if nothing is said

A neighbour loops on the last processor. Beside it each solution is graded
COUNT times, and must never lose a point; and as often a version of it that
does everything twice, which must lose some each time. A grading that measures
nothing is pending, which costs nobody a point; how many are is told.
"""

import contextlib
import os
import subprocess
import sys

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import exercises  # noqa: E402
from marking import grading, judge  # noqa: E402

POINTS = 10
LOOP = "while True: pass"


def twice(lines):
    return ["  for (int time = 0; time < 2; ++time) {", *lines, "  }"]


def combining_twice(lines):
    """Reduces with a combine() that does its work twice."""
    text = "\n".join(lines)
    old = "return combine(std::move(left), right.get());"
    assert old in text
    return text.replace(old, (
        "T other = right.get(); const T a = left, b = other; "
        "volatile T unused = combine(a, b); static_cast<void>(unused); "
        "return combine(std::move(left), std::move(other));")).split("\n")


SLOWER = {"multiply_right_transposed": twice, "row_sums": twice,
          "softmax": twice, "gather": twice, "reduce_span": combining_twice}


@contextlib.contextmanager
def neighbour():
    loop = subprocess.Popen([sys.executable, "-c", LOOP])
    try:
        os.sched_setaffinity(loop.pid, {max(os.sched_getaffinity(0))})
        yield
    finally:
        loop.kill()
        loop.wait()


def gradings(the_judge, exercise, answer, count):
    """The points of each grading; None where nothing was measured."""
    rule = grading.read().rule
    found = []
    for i in range(count):
        share, why = the_judge.dynamics.speed.score(
            exercise, answer, 1000 * i, rule, POINTS)
        found.append(share if share is None else POINTS * share)
        print(f"  {found[-1] if share is None else round(found[-1], 2)}: "
              f"{why}", flush=True)
    return found


def judge_exercise(the_judge, exercise, count):
    """Whether the solution never loses, and the slower version always."""
    solution = the_judge.solutions.body(exercise)
    lost = {}
    for name, answer in (("solution", solution),
                         ("twice as slow", SLOWER[exercise.name](solution))):
        print(f"{exercise.name}, {name}:")
        found = gradings(the_judge, exercise, answer, count)
        measured = [points for points in found if points is not None]
        lost[name] = sum(points <= POINTS - 1 for points in measured)
        print(f"  {len(measured)} of {count} measured, {lost[name]} of them "
              "lost a point or more", flush=True)
        if not measured:
            return False
    return lost["solution"] == 0 and lost["twice as slow"] == len(measured)


def main(arguments):
    count = int(arguments[0]) if arguments else 30
    names = arguments[1:] or ["multiply_right_transposed", "reduce_span"]
    chosen = [exercises.named(name) for name in names]
    with judge.Judge(chosen, 1, 1) as the_judge, neighbour():
        fair = [judge_exercise(the_judge, e, count) for e in chosen]
    print(f"{sum(fair)} passed, {len(fair) - sum(fair)} failed")
    return 0 if all(fair) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
