"""Builds the probe of one exercise from one answer.

The answer is compiled in a copy of its file in which nothing else is the
student's: what other exercises hold is the tree's own, or, in a student's
tree, a stand-in. So one mistake costs one exercise.
"""

import hashlib
import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

import exercises
import marks

HERE = os.path.dirname(os.path.abspath(__file__))
STANDINS = os.path.join(HERE, "standins")
PROBES = "tests/coursework/probes"


class CompileError(Exception):
    """What the compiler says of an answer."""


class Toolchain:
    """The compiler, its flags and where it puts what it builds."""

    def __init__(self, environment=os.environ):
        self.cxx = shlex.split(environment["CXX"])
        self.flags = [flag for flag in shlex.split(environment["FLAGS"])
                      if flag != "-Werror"] + ["-w"]
        self.libraries = shlex.split(environment["LIBS"])
        self.out = environment["OUT"]

    def compile(self, root, overlay, source, target):
        folders = [os.path.join(overlay, "chapters"), overlay]
        model = ["-Itests"] if "/probes/" in source else []
        run(self.cxx + [f"-I{folder}" for folder in folders] + self.flags +
            model + ["-include", os.path.join(self.out, "headers.hpp"),
                     "-c", source, "-o", target], root)

    def link(self, root, objects, archives, target):
        run(self.cxx + self.flags + objects +
            [os.path.join(self.out, name) for name in archives] +
            self.libraries + ["-o", target], root)


def run(command, root):
    done = subprocess.run(command, cwd=root, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise CompileError(done.stdout)


def standin(name):
    """The lines that stand in for another exercise's answer, or None."""
    path = os.path.join(STANDINS, name + ".txt")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\n").split("\n")


def overlay(tree, exercise, answer, with_standins):
    """The files that differ from the tree's: {path: text}.

    Line numbers are those of the tree's files, as the compiler tells them.
    """
    texts = {}
    for path, found in tree.solutions.items():
        replacements = []
        for s in found:
            lines = None
            if path == exercise.file and s.name == exercise.name:
                lines = answer
            elif with_standins and s.name != exercise.name:
                lines = standin(s.name)
            if lines is not None:
                replacements.append(
                    (s, lines + [f'#line {s.last + 1} "{path}"']))
        if replacements:
            texts[path] = (f'#line 1 "{path}"\n' +
                           marks.replace(tree.texts[path], replacements))
    return texts


def fingerprint(root, exercise, texts, toolchain):
    """Changes when anything that the probe is built from may have changed."""
    digest = hashlib.sha256(repr((exercise, sorted(texts.items()),
                                  toolchain.cxx, toolchain.flags)).encode())
    for top in ("chapters", "common", "tests/coursework", "tests/model"):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, root)
                if name.endswith((".hpp", ".cpp")) and relative not in texts:
                    status = os.stat(path)
                    digest.update(repr((relative, status.st_mtime_ns,
                                        status.st_size)).encode())
    return digest.hexdigest()


def sources(exercise):
    chapters = ["chapters/" + path for path in exercise.sources
                if path.endswith(".cpp")]
    if exercise.file.endswith(".cpp") and exercise.file not in chapters:
        chapters.append(exercise.file)
    return [f"{PROBES}/{exercise.name}.cpp", f"{PROBES}/probe.cpp"] + chapters


def archives(exercise):
    return [path for path in exercise.sources
            if path.endswith(".a")] + ["common.a"]


def build_probe(root, folder, exercise, texts, toolchain):
    """Builds the probe in `folder`, or finds it there; returns its path.

    Raises CompileError if the answer does not compile.
    """
    program = os.path.join(folder, "probe")
    key = os.path.join(folder, "key")
    wanted = fingerprint(root, exercise, texts, toolchain)
    if os.path.exists(program) and os.path.exists(key):
        with open(key, encoding="utf-8") as file:
            if file.read() == wanted:
                return program
    files = os.path.join(folder, "files")
    subprocess.run(["rm", "-rf", folder], check=True)
    for path, text in texts.items():
        target = os.path.join(files, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)
    os.makedirs(files, exist_ok=True)
    objects = []
    for source in sources(exercise):
        ours = os.path.join(files, source)
        objects.append(os.path.join(folder, source.replace("/", "_") + ".o"))
        toolchain.compile(root, files,
                          ours if os.path.exists(ours) else source,
                          objects[-1])
    toolchain.link(root, objects, archives(exercise), program)
    with open(key, "w", encoding="utf-8") as file:
        file.write(wanted)
    return program


def side_by_side(function, items):
    """Applies the function to the items, as many at a time as there are
    processors; the results in their order."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(function, items))


