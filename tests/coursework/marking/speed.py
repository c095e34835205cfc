"""Speed, measured so that the machine's noise costs nobody a point.

In each round the plain version, the solution, the solution again and the
student's answer run in random order, one at a time. What counts is how many
times as long as the solution the answer took in its round: the median of that
over the rounds, and the interval that contains it with 95%. Rounds are added
until both ends of the interval give the same points within one, and the
better end is the student's.

Where the solution itself is no faster than the plain version, or differs from
itself, nothing is measured, which is pending and not 0.
"""

import contextlib
import fcntl
import os
import random
import shutil
import statistics
import tempfile
from collections import namedtuple

import check
import exercises
from answer import build, probe, sandbox
from marking import stopwatch
from marking.workshop import NotTaken

# full, none: times the solution's time. rounds, most: how many.
Rule = namedtuple("Rule", "full none rounds most")
Times = namedtuple("Times", "serial reference again student")

RESAMPLES = 1000
FASTER = 1.1   # how many times as fast as the plain version the solution is
AGREES = 1.1   # and how many times as fast as itself it may be
SUSPECT = 0.5  # times the solution's time: whoever needs less is told
SECONDS = 10   # of the processor, for a run that takes 0.1 s
WALL = 20


# Of an answer that is very good, or does not do its work.
TOO_FAST = "; more than twice as fast as the solution: read this answer"


class Lost(Exception):
    """Why there are no points; what the student reads."""


class Unmeasured(Exception):
    """Why there is no score."""


# ---- Numbers ---------------------------------------------------------------
def interval(values):
    """Where 95% of the bootstrap's medians lie. Equal values give equal
    intervals: the draws do not depend on when it is called."""
    draw = random.Random(len(values))
    medians = sorted(statistics.median(draw.choices(values, k=len(values)))
                     for _ in range(RESAMPLES))
    tail = RESAMPLES // 40
    return medians[tail], medians[-1 - tail]


def share(ratio, rule):
    """The share of the points for this many times the solution's time."""
    return min(1, max(0, (rule.none - ratio) / (rule.none - rule.full)))


def ratios(rounds):
    return [2 * r.student / (r.reference + r.again) for r in rounds]


def settled(rounds, rule, points):
    low, high = interval(ratios(rounds))
    return points * (share(low, rule) - share(high, rule)) <= 1


def objection(rounds):
    """Why these rounds say nothing, or None."""
    low, _ = interval([2 * r.serial / (r.reference + r.again)
                       for r in rounds])
    if low < FASTER:
        return ("the solution is not clearly faster than the plain version "
                f"here ({low:.2f} times as fast)")
    itself = statistics.median(r.again / r.reference for r in rounds)
    if not 1 / AGREES <= itself <= AGREES:
        return f"the solution took {itself:.2f} times as long as itself"
    return None


def measure(one_round, rule, points):
    """(share of the points, what was measured) of as many rounds as it takes.

    Raises Unmeasured; and Lost, if one_round() does.
    """
    rounds = [one_round() for _ in range(rule.rounds)]
    while len(rounds) < rule.most and (objection(rounds) or
                                       not settled(rounds, rule, points)):
        rounds.append(one_round())
    if why := objection(rounds):
        raise Unmeasured(why)
    all_of = ratios(rounds)
    low, high = interval(all_of)
    found = (
        f"{statistics.median(all_of):.2f} times the solution's time (95%: "
        f"{low:.2f} to {high:.2f}, {len(rounds)} rounds); full points up to "
        f"{rule.full:g}, none from {rule.none:g}")
    return share(low, rule), found + (TOO_FAST if high < SUSPECT else "")


# ---- Runs ------------------------------------------------------------------
class Speed:
    """Measures answers."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.sandbox = workshop.judge.sandbox

    def score(self, exercise, answer, seed, rule, points):
        """(the share of the points, what was measured). None for the share if
        it cannot be measured."""
        try:
            if why := self.unable():
                raise Unmeasured(why)
            exercise = exercises.under_stopwatch(exercise)
            with alone():
                return self.measured(exercise, answer, seed, rule, points)
        except Unmeasured as why:
            return None, f"not measured: {why}"
        except Lost as why:
            return 0, str(why)

    def measured(self, exercise, answer, seed, rule, points):
        threads = exercises.MEASURED[exercise.name][2]
        solution = self.workshop.solution(exercise)
        serial = solution if threads > 1 else self.workshop.serial(exercise)
        try:
            program = self.workshop.students(exercise, answer)
        except build.CompileError as error:
            line = check.first_error(str(error))[0]
            raise Lost("does not compile to be timed: " + line) from None
        except NotTaken as why:
            raise Lost(f"not taken: {why}") from None
        rounds = Rounds(self.run, seed, {
            "serial": (serial, 1), "reference": (solution, threads),
            "again": (solution, threads), "student": (program, threads)})
        try:
            return measure(rounds, rule, points)
        finally:
            shutil.rmtree(os.path.dirname(program), ignore_errors=True)

    def run(self, program, seed, threads):
        return stopwatch.run(program, seed, threads, (
            self.sandbox, sandbox.Limits(SECONDS, memory=4096)), WALL)

    def unable(self):
        if self.sandbox.level == "C":
            return ("nothing isolates answers on this machine; install "
                    "bubblewrap")
        if len(os.sched_getaffinity(0)) < 2:
            return "this machine has one processor, and two are needed"
        return None


class Rounds:
    """Runs the four programs once, in random order, each time it is called.

    The values of the student's run are compared with the solution's.
    """

    def __init__(self, run, seed, programs):
        self.run = run
        self.seed = seed
        self.programs = programs

    def __call__(self):
        self.seed += 1
        order = list(self.programs)
        random.shuffle(order)
        done = {name: self.run(self.programs[name][0], self.seed,
                               self.programs[name][1]) for name in order}
        for name in ("serial", "reference", "again"):
            if verdict := done[name].verdict:
                raise Unmeasured(f"the {name} version: {verdict.detail}")
        verdict = done["student"].verdict or probe.compare(
            done["student"].report, done["reference"].report)
        if verdict.outcome != "passed":
            raise Lost(f"under the stopwatch: {verdict.outcome}"
                       + (f": {verdict.detail}" if verdict.detail else ""))
        return Times(**{name: run.seconds for name, run in done.items()})


@contextlib.contextmanager
def alone():
    """Lets one grader at a time measure on this machine."""
    path = os.path.join(tempfile.gettempdir(),
                        f"coursework-speed-{os.getuid()}.lock")
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
