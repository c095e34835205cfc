"""Judges answers: builds and runs their probes in a sandbox, and compares what
they report with what the solutions report.

What a student's code can see is the tree as it was given out, with stubs for
the solutions; the solutions run elsewhere.
"""

import os
import shutil
import subprocess
import tempfile

import build
import check
import exercises
import marks
import probe
import sandbox
import screen
import starter
import submission

COMPILING = sandbox.Limits(seconds=120, memory=4096, file=256)


class Judge:
    """Judges any number of submissions; a context manager."""

    def __init__(self, asked, seed, hidden_seeds):
        self.exercises = asked
        self.sandbox = sandbox.Sandbox()
        self.seeds = [(s, False) for s in check.SEEDS]
        # Where nothing keeps an answer from looking around, it is shown
        # nothing that is hidden.
        if self.sandbox.level != "C":
            self.seeds += [(seed + i, True) for i in range(hidden_seeds)]
        self.toolchain = build.Toolchain()
        self.toolchain.out = os.path.abspath(self.toolchain.out)
        self.solutions = exercises.Tree(check.ROOT)
        self.reports = {}
        self.symbols = {}

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="judge-")
        os.chmod(self.folder, 0o711)
        self.given = os.path.join(self.folder, "given")
        first, last = exercises.FOLDERS[0][:2], exercises.FOLDERS[-1][:2]
        starter.Starter(check.ROOT, first, last,
                        hidden_cases=self.sandbox.level != "C"
                        ).write(self.given)
        self.given_tree = exercises.Tree(self.given)
        self.lay_out_built()
        return self

    def lay_out_built(self):
        """Copies what probes are built with to where a student's user may
        read it: the tree may stand in a folder that is private."""
        built = os.path.join(self.folder, "built")
        os.mkdir(built)
        for name in ("headers.hpp", "headers.hpp.gch", "coursework.a",
                     "model.a"):
            shutil.copy2(os.path.join(self.toolchain.out, name), built)
        self.toolchain.out = built

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- The solutions
    def learn_all(self):
        build.side_by_side(self.learn, self.exercises)

    def learn(self, exercise):
        """Builds the solution and keeps its reports."""
        texts = build.overlay(self.solutions, exercise,
                              self.solutions.body(exercise), True)
        folder = os.path.join(self.folder, "solutions", exercise.name)
        program = build.build_probe(check.ROOT, folder, exercise, texts,
                                    self.toolchain)
        for seed, thorough in self.seeds:
            report, verdict, _ = probe.run_probe(program, seed, thorough,
                                                 exercise.seconds)
            if verdict:
                raise RuntimeError(f"the solution of {exercise.name}: "
                                   f"{verdict.detail}")
            self.reports[exercise.name, seed, thorough] = report
        self.symbols[exercise.name] = defined(folder)

    # ---- A student's
    def verdicts(self, folder, exercise):
        """The verdicts on one answer: a list, one a seed."""
        program, verdict = self.built(folder, exercise)
        if verdict:
            return [verdict] * len(self.seeds)
        found = [self.run(program, exercise, *seed) for seed in self.seeds]
        shutil.rmtree(os.path.dirname(program), ignore_errors=True)
        return found

    def built(self, folder, exercise):
        """(program, None), or (None, the verdict that ends it)."""
        try:
            answer = submission.answer(folder, exercise)
        except marks.MarkError as error:
            return None, probe.Verdict("not taken", str(error))
        if marks.is_stub(answer):
            return None, probe.Verdict("not attempted")
        if why := screen.objection(answer):
            return None, probe.Verdict("not taken", why)
        texts = build.overlay(self.given_tree, exercise, answer, True)
        target = tempfile.mkdtemp(prefix="answer-", dir=self.folder)
        try:
            program = build.build_probe(
                self.given, target, exercise, texts,
                self.toolchain.inside(self.sandbox, COMPILING))
        except build.CompileError as error:
            return None, probe.Verdict("does not compile",
                                       *check.first_error(str(error)))
        more = defined(target) - self.symbols[exercise.name]
        if more:
            return None, probe.Verdict(
                "not taken", "it defines " + ", ".join(sorted(more)[:3]))
        return program, None

    def run(self, program, exercise, seed, thorough):
        report, verdict, said = probe.run_probe(
            program, seed, thorough, exercise.seconds,
            inside=(self.sandbox, sandbox.Limits(exercise.seconds)))
        self.sandbox.clean_up()
        if verdict is None:
            verdict = probe.compare(report, self.reports[
                exercise.name, seed, thorough])
        if verdict.outcome == "passed":
            return verdict
        return verdict._replace(notes=verdict.notes + check.printed(said))


def defined(folder):
    """The symbols for which the object files in a folder stand alone: a
    second definition of any would replace it for the whole program."""
    names = set()
    for file in sorted(os.listdir(folder)):
        if file.endswith(".o"):
            listed = subprocess.run(
                ["nm", "--defined-only", os.path.join(folder, file)],
                text=True, capture_output=True, check=True)
            for line in listed.stdout.split("\n"):
                fields = line.split()
                if len(fields) == 3 and fields[1] in "ABCDGRSTi":
                    names.add(fields[2])
    return names
