"""Thread safety: a chapter's pool with the student's answer on real threads.

Half of the points are for no report of ThreadSanitizer in nine runs, half for
twenty runs that are exact and end in time. What the program prints has no say:
the sanitizer ends it with a status of its own at the first report, and a run
that was not ended has its whole report, closed by the judge's mark.
"""

import os
import re
import shutil
import subprocess
import tempfile

import check
import exercises
from answer import build, probe, sandbox
from marking import stopwatch
from marking.workshop import NotTaken

SEEDS = 3
THREADS = (2, 4, 8)
STRESS_RUNS = 20
WALL = 20            # seconds for a run, of which a good one takes 0.02
SANITIZED_WALL = 60  # and for one that is watched, which takes 0.3
REPORTED = 66        # the status by which the sanitizer ends a program
RETELLINGS = 5       # runs at most for the words of a report that was cut off
OPTIONS = f"TSAN_OPTIONS=halt_on_error=1:exitcode={REPORTED}:log_path=stderr"

# A race, if there is an argument; else none. It ends as probes do.
RACE = """
#include <cstdlib>
#include <thread>
int shared = 0;
int main(int count, char**) {
  std::thread other([&] { if (count > 1) ++shared; });
  std::thread third([] { ++shared; });
  other.join();
  third.join();
  std::_Exit(0);
}
"""


class Unmeasured(Exception):
    """Why there is no score."""


class Threads:
    """Judges answers on real threads; what it learns it keeps."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.sandbox = workshop.judge.sandbox
        self.expected = {}
        self.sanitizer = None

    def score(self, exercise, answer, seed):
        """(the share of the points, why not all). None for the share if it
        cannot be measured."""
        exercise = exercises.on_threads(exercise)
        try:
            if why := self.unable():
                raise Unmeasured(why)
            found = [self.sanitized(exercise, answer, seed),
                     self.stressed(exercise, answer, seed)]
        except Unmeasured as why:
            return None, f"not measured: {why}"
        return found.count(None) / 2, "\n".join(filter(None, found))

    def sanitized(self, exercise, answer, seed):
        """Why the runs under the sanitizer are no good, or None."""
        return self.runs(exercise, answer, True, [
            (seed + i, threads) for i in range(SEEDS) for threads in THREADS])

    def stressed(self, exercise, answer, seed):
        """Why the stress runs are no good, or None."""
        return self.runs(exercise, answer, False, [
            (seed + i, THREADS[i % len(THREADS)])
            for i in range(STRESS_RUNS)])

    def runs(self, exercise, answer, sanitized, settings):
        # First: what does not depend on the answer is compiled but once.
        self.workshop.solution(exercise, sanitized)
        try:
            program = self.workshop.students(exercise, answer, sanitized)
        except build.CompileError as error:
            return "does not compile in the chapter's pool: " + (
                check.first_error(str(error))[0])
        except NotTaken as why:
            return f"not taken: {why}"
        try:
            for i, (seed, threads) in enumerate(settings, 1):
                if why := self.one_run(program, exercise, seed, threads,
                                       sanitized):
                    return (f"{'ThreadSanitizer' if sanitized else 'stress'},"
                            f" run {i} of {len(settings)}, {threads} threads:"
                            f" {why}")
            return None
        finally:
            shutil.rmtree(os.path.dirname(program), ignore_errors=True)

    def one_run(self, program, exercise, seed, threads, sanitized):
        done = self.run(program, seed, threads, sanitized)
        if sanitized and done.status == REPORTED:
            return self.told(program, seed, threads, done.said)
        if done.verdict is None:
            done = done._replace(verdict=probe.compare(
                done.report, self.expected_of(exercise, seed, threads)))
        if done.verdict.outcome == "passed":
            return None
        return f"{done.verdict.outcome}: {done.verdict.detail}"

    def told(self, program, seed, threads, said):
        """What the sanitizer says of a race. Where the program ends on its
        own while a thread is still writing that, the words are lost and the
        status is not: then it runs again, for the words alone."""
        for _ in range(RETELLINGS):
            if words := summary(said):
                return words
            said = self.run(program, seed, threads, True).said
        return summary(said) or "it reported a race"

    def run(self, program, seed, threads, sanitized):
        if not sanitized:
            return stopwatch.run(program, seed, threads, (
                self.sandbox, sandbox.Limits(WALL, memory=4096)), WALL)
        # The sanitizer reserves more addresses than any limit allows.
        return stopwatch.run(program, seed, threads, (
            self.sandbox, sandbox.Limits(SANITIZED_WALL, memory=None)),
            SANITIZED_WALL, before=watched())

    def expected_of(self, exercise, seed, threads):
        """What the solution reports; the same for all of a chapter."""
        key = exercise.chapter, seed, threads
        if key not in self.expected:
            done = self.run(self.workshop.solution(exercise), seed, threads,
                            False)
            if done.verdict:
                raise Unmeasured(f"the solution on {threads} threads: "
                                 f"{done.verdict.detail}")
            self.expected[key] = done.report
        return self.expected[key]

    def unable(self):
        """Why nothing can be measured here, or None."""
        if self.sandbox.level == "C":
            return ("nothing isolates answers on this machine; install "
                    "bubblewrap")
        if self.sanitizer is None:
            self.sanitizer = sees_races(self.workshop)
        return None if self.sanitizer else (
            "ThreadSanitizer does not work on this machine")


def watched():
    """The command before a program that the sanitizer watches. Without fixed
    addresses some kernels put libraries where it cannot have them."""
    fixed = [shutil.which("setarch"), "-R"] if works(["setarch", "-R",
                                                      "true"]) else []
    return [*fixed, "/usr/bin/env", OPTIONS]


def works(command):
    return bool(shutil.which(command[0])) and subprocess.run(
        command, capture_output=True).returncode == 0


def sees_races(workshop):
    """Whether the sanitizer tells a race from none, in the sandbox."""
    judge = workshop.judge
    folder = tempfile.mkdtemp(prefix="race-", dir=judge.folder)
    os.chmod(folder, 0o711)
    source, program = (os.path.join(folder, n) for n in ("race.cpp", "race"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(RACE)
    toolchain = workshop.sanitizing
    built = subprocess.run(toolchain.cxx + toolchain.flags + [
        source, "-o", program], capture_output=True, cwd=judge.given)
    if built.returncode != 0:
        return False
    limits = sandbox.Limits(20, memory=None)

    def status(*more):
        return subprocess.run(
            judge.sandbox.command([*watched(), program, *more],
                                  read=[program]),
            env=stopwatch.ENVIRONMENT, capture_output=True, timeout=60,
            preexec_fn=lambda: judge.sandbox.prepare(limits)).returncode
    return status() == 0 and status("race") == REPORTED


def summary(said):
    """What the sanitizer says of a race, without the places in memory; or
    None if it was cut off."""
    found = re.search(r"^SUMMARY: ThreadSanitizer: (.*)$", said, re.MULTILINE)
    return re.sub(r"\S*/files/", "", found[1][:1000]) if found else None
