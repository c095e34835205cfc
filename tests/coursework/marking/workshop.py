"""Builds what runs on real threads: a chapter's own code with one answer in
it, and the solutions of the other exercises.

What a student's program is built in has all solutions, as the pools do not run
without. So the sources are removed before it runs; and an answer that could
read them while it is compiled is not taken (screen.py).
"""

import copy
import os
import shutil
import tempfile
import threading

from answer import build, sandbox, screen, symbols

COMPILING = sandbox.Limits(seconds=120, memory=4096, file=256)
# -O1 and -g1: as `make SANITIZE=thread` has it.
SANITIZER = ["-O1", "-g1", "-fno-omit-frame-pointer", "-fsanitize=thread",
             "-DSANITIZED"]
SERIAL = os.path.join(build.HERE, "marking", "serial")


class NotTaken(Exception):
    """Why an answer is not run."""


class Workshop:
    """Programs from answers. Those from solutions are built once."""

    def __init__(self, judge):
        self.judge = judge
        self.known = {}
        self.symbols = {}  # by the folder of a solution's program
        self.lock = threading.Lock()
        self.plain = judge.toolchain
        self.sanitizing = sanitizing(judge.toolchain)
        for name in ("threads", "speed", "work.hpp", "work.cpp"):
            take(os.path.join(build.PROBES, name), judge.given)

    def solution(self, exercise, sanitized=False):
        """The program with the solution, built by the first who asks."""
        return self.ours(exercise, self.judge.solutions.body(exercise),
                         sanitized, "solution")

    def serial(self, exercise):
        """That with the plain answer of serial/."""
        path = os.path.join(SERIAL, exercise.name + ".txt")
        with open(path, encoding="utf-8") as file:
            lines = file.read().rstrip("\n").split("\n")
        return self.ours(exercise, lines, False, "serial")

    def ours(self, exercise, answer, sanitized, name):
        key = (exercise.name, exercise.probe, sanitized, name)
        with self.lock:
            if key not in self.known:
                folder = tempfile.mkdtemp(prefix=name + "-",
                                          dir=self.judge.folder)
                self.known[key] = self.build(
                    exercise, answer, folder,
                    self.sanitizing if sanitized else self.plain)
            return self.known[key]

    def students(self, exercise, answer, sanitized=False):
        """A student's program, in a folder of its own that the caller
        removes. Raises build.CompileError or NotTaken."""
        solution = os.path.dirname(self.solution(exercise, sanitized))
        folder = tempfile.mkdtemp(prefix="answer-", dir=self.judge.folder)
        toolchain = self.sanitizing if sanitized else self.plain
        try:
            first = self.judge.given_tree.solution(exercise).first
            answer = screen.enclosed(answer, exercise.file, first + 2)
            program = self.build(exercise, answer, folder, toolchain.inside(
                self.judge.sandbox, COMPILING))
            if why := self.symbols_of(solution).objection(folder):
                raise NotTaken(why)
            return program
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def symbols_of(self, folder):
        with self.lock:
            if folder not in self.symbols:
                self.symbols[folder] = symbols.Known(folder)
            return self.symbols[folder]

    def build(self, exercise, answer, folder, toolchain):
        solutions = self.judge.solutions
        texts = solutions.texts | build.overlay(solutions, exercise, answer,
                                                with_standins=False)
        program = build.build_probe(self.judge.given, folder, exercise,
                                    texts, toolchain, build.side_by_side)
        os.chmod(folder, 0o711)
        shutil.rmtree(os.path.join(folder, "files"), ignore_errors=True)
        return program


def sanitizing(toolchain):
    """The toolchain with ThreadSanitizer. It reads the same headers, but not
    as they were compiled without it."""
    other = copy.copy(toolchain)
    other.flags = toolchain.flags + SANITIZER
    other.out = os.path.join(os.path.dirname(toolchain.out), "sanitized")
    os.makedirs(other.out)
    for name in ("coursework.a", "headers.hpp"):
        shutil.copy(os.path.join(toolchain.out, name), other.out)
    return other


def take(path, into):
    """Copies a file or folder of the tree to its place in another."""
    source = os.path.join(os.path.dirname(os.path.dirname(build.HERE)), path)
    copy_of = shutil.copytree if os.path.isdir(source) else shutil.copy
    copy_of(source, os.path.join(into, path))
