"""Judges answers: builds and runs their probes in a sandbox, and compares what
they report with what the solutions report.

What a student's code can see is the tree as it was given out, with stubs for
the solutions; the solutions run elsewhere.
"""

import errno
import os
import shutil
import tempfile

import check
import exercises
import marks
import starter
from answer import build, objects, probe, sandbox, screen, submission, symbols
from marking import dynamics

# Bytes without which a compiler's error is not the answer's.
LEAST_SPACE = 64 << 20
COMPILING = sandbox.Limits(seconds=120, memory=4096, file=256)


class Busy(Exception):
    """Why nothing can be judged now; one line."""


class Judge:
    """Judges any number of submissions; a context manager."""

    def __init__(self, asked, seed, hidden_seeds, level=None):
        self.exercises = asked
        self.sandbox = sandbox.Sandbox(level)
        self.seeds = [(s, False) for s in check.SEEDS]
        # Where nothing keeps an answer from looking around, it is shown
        # nothing that is hidden.
        if self.sandbox.level != "C":
            self.seeds += [(seed + i, True) for i in range(hidden_seeds)]
        self.toolchain = build.Toolchain()
        self.toolchain.out = os.path.abspath(self.toolchain.out)
        # Objects of the solutions stay there when the rest is copied.
        self.toolchain.store = objects.Store(os.path.join(
            self.toolchain.out, "coursework", "objects"))
        self.solutions = exercises.Tree(check.ROOT)
        self.reports = {}
        self.known = {}  # verdicts by exercise and answer
        self.symbols = {}

    def __enter__(self):
        self.lock = None
        if self.sandbox.level == "B":
            self.lock = sandbox.alone()
            if not self.lock:
                raise Busy("another judge is running, and without bubblewrap "
                           "there can be one at a time")
        self.folder = tempfile.mkdtemp(prefix="judge-")
        try:
            self.lay_out()
        except BaseException:  # on a full disk, say: nothing is left there
            self.__exit__()
            raise
        return self

    def lay_out(self):
        os.chmod(self.folder, 0o711)
        # Where a student's user may look around, it does not look in there.
        os.mkdir(os.path.join(self.folder, "solutions"), 0o700)
        self.given = os.path.join(self.folder, "given")
        first, last = exercises.FOLDERS[0][:2], exercises.FOLDERS[-1][:2]
        before = os.umask(0o022)  # a student's user reads both, whatever it was
        try:
            starter.Starter(check.ROOT, first, last,
                            hidden_cases=self.sandbox.level != "C"
                            ).write(self.given)
            self.lay_out_built()
        finally:
            os.umask(before)
        self.given_tree = exercises.Tree(self.given)
        self.dynamics = dynamics.Dynamics(self)
        for folder in (self.given, self.toolchain.out,
                       self.dynamics.workshop.sanitizing.out):
            show_to_compiler(folder, self.sandbox.users)

    def lay_out_built(self):
        """Copies what probes are built with to where a student's user may
        read it: the tree may stand in a folder that is private."""
        built = os.path.join(self.folder, "built")
        os.mkdir(built)
        for name in ("headers.hpp", "headers.hpp.gch", "coursework.a",
                     "model.a"):
            shutil.copyfile(os.path.join(self.toolchain.out, name),
                            os.path.join(built, name))
        self.toolchain.out = built

    def __exit__(self, *_):
        self.sandbox.clean_up()
        if self.lock:
            self.lock.close()
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
                raise build.CompileError(f"the solution of {exercise.name}: "
                                   f"{verdict.detail}")
            self.reports[exercise.name, seed, thorough] = report
        self.symbols[exercise.name] = symbols.Known(folder)

    # ---- A student's
    def verdicts(self, folder, exercise):
        """The verdicts on one answer: a list, one a seed. Who hands in the
        same gets the same, without another run."""
        try:
            key = exercise.name, tuple(submission.answer(folder, exercise))
        except marks.MarkError:
            key = None
        if key in self.known:
            return self.known[key]
        verdicts = [plain(v) for v in self.found(folder, exercise)]
        if key:
            self.known[key] = verdicts
        return verdicts

    def found(self, folder, exercise):
        program, verdict = self.built(folder, exercise)
        if verdict:
            return [verdict] * len(self.seeds)
        found = []
        for seed in self.seeds:  # what hung twice is not waited for again
            late = [v for v in found if v.outcome == "timed out"]
            found.append(late[1] if len(late) > 1 else
                         self.run(program, exercise, *seed))
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
        target = tempfile.mkdtemp(prefix="answer-", dir=self.folder)
        try:
            program = self.compiled(target, exercise, answer)
        except build.CompileError as error:
            if shutil.disk_usage(self.folder).free < LEAST_SPACE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC),
                              self.folder) from None
            shutil.rmtree(target, ignore_errors=True)
            return None, probe.Verdict("does not compile", *check.first_error(
                str(error), exercise.file,
                self.given_tree.solution(exercise), answer))
        if why := self.symbols[exercise.name].objection(target):
            return None, probe.Verdict("not taken", why)
        os.chmod(target, 0o711)
        return program, None

    def compiled(self, target, exercise, answer):
        """Builds the answer's probe in `target`."""
        first = self.given_tree.solution(exercise).first
        texts = build.overlay(
            self.given_tree, exercise,
            screen.enclosed(answer, exercise.file, first + 2), True)
        try:
            return build.build_probe(
                self.given, target, exercise, texts,
                self.toolchain.inside(self.sandbox, COMPILING))
        except build.CompileError as error:
            if str(error).strip():
                raise
            # No compiler says nothing of a mistake.
            raise submission.Unreadable(
                f"the compiler was killed at {exercise.name}; grade this one "
                "again") from None

    def run(self, program, exercise, seed, thorough):
        report, verdict, said = probe.run_probe(
            program, seed, thorough, exercise.seconds,
            inside=(self.sandbox, sandbox.Limits(exercise.seconds)))
        if verdict is None:
            verdict = probe.compare(report, self.reports[
                exercise.name, seed, thorough])
        if verdict.outcome == "passed":
            return verdict
        return verdict._replace(notes=verdict.notes + check.printed(said))


def plain(verdict):
    """The verdict without control characters, which a terminal would obey."""
    def clean(text):
        return "".join(c if c.isprintable() or c == "\t" else "?"
                       for c in text)
    return verdict._replace(detail=clean(verdict.detail)[:1000],
                            notes=[clean(n) for n in verdict.notes])


def show_to_compiler(folder, users):
    """Lets the user that compiles answers read a folder, and no other. (Who
    is not root has but one user: the sandbox alone hides the folder then.)"""
    for place, _, names in os.walk(folder):
        os.chmod(place, 0o755)
        for name in names:
            os.chmod(os.path.join(place, name), 0o644)
    if os.getuid() == 0:
        os.chown(folder, 0, users[sandbox.COMPILES])
        os.chmod(folder, 0o750)
