"""Builds the probe of one exercise from one answer.

The answer is compiled in a copy of its file in which nothing else is the
student's: what other exercises hold is the tree's own, or, in a student's
tree, a stand-in. So one mistake costs one exercise.
"""

import copy
import hashlib
import os
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor

import exercises
import marks
from answer import objects, sandbox

# tests/coursework
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STANDINS = os.path.join(HERE, "standins")
PROBES = "tests/coursework/probes"


class CompileError(Exception):
    """What the compiler says of an answer."""


class Toolchain:
    """The compiler, its flags and where it puts what it builds."""

    def __init__(self, environment=os.environ):
        self.cxx = shlex.split(environment["CXX"])
        # Of the compiler's warnings one counts: to return nothing where
        # something is promised would crash, or worse.
        self.flags = [flag for flag in shlex.split(environment["FLAGS"])
                      if not flag.startswith("-W")] + ["-Werror=return-type"]
        self.libraries = shlex.split(environment["LIBS"])
        self.out = environment["OUT"]
        self.jail = None  # a sandbox and limits, or None
        self.store = None  # of objects; None: one in the folder `out`

    def inside(self, sandbox, limits):
        """A toolchain that compiles in a sandbox."""
        other = copy.copy(self)
        other.jail = (sandbox, limits)
        return other

    def give(self, folder):
        """Lets the sandbox's user write into the folder."""
        if self.jail and os.getuid() == 0:
            user = self.jail[0].users[sandbox.COMPILES]
            for place, _, names in os.walk(folder):
                for name in [""] + names:
                    os.chown(os.path.join(place, name), user, user)

    def run(self, command, root, folder):
        """Runs a command at `root` that may write into `folder` alone."""
        options = {}
        if self.jail:
            box, limits = self.jail
            command = box.command(command, at=root, read=[root, self.out],
                                  write=[folder])
            options = {"env": box.environment(), "preexec_fn":
                       lambda: box.prepare(limits, sandbox.COMPILES)}
        status, output = sandbox.run(command, 600, cwd=root, **options)
        if self.jail:
            box.clean_up()
        if status is None:
            raise CompileError("the compiler did not end in 600 s\n" + output)
        if "error" not in output and status != 0:
            output = ("the compiler was ended: it used too much time or "
                      f"memory (status {status})\n" + output)
        if status != 0:
            raise CompileError(output)

    def compile(self, root, overlay, texts, source, target):
        """Compiles a source file, unless it was compiled from the same."""
        def digest_of(path):
            if path in texts:
                return objects.key_of(texts[path])
            path = os.path.join(root, path)
            return os.path.exists(path) and objects.key_of(
                exercises.read(root, path))

        store = self.store or objects.Store(os.path.join(
            root, self.out, "coursework", "objects"))
        key = objects.key_of(source, self.cxx, self.flags)
        if store.get(key, digest_of, target):
            return
        ours = os.path.join(overlay, source)
        folders = [os.path.join(overlay, "chapters"), overlay]
        model = ["-Itests"] if "/probes/" in source else []
        self.run(self.cxx + [f"-I{folder}" for folder in folders] +
                 self.flags + model + [
                     "-include", os.path.join(self.out, "headers.hpp"),
                     "-include", "common/not_implemented.hpp",
                     "-include", f"{PROBES}/usual.hpp",
                     "-MMD", "-MF", target + ".d", "-c",
                     ours if source in texts else source, "-o", target],
                 root, os.path.dirname(target))
        if not self.jail:  # what comes from there is used once
            store.put(key, digest_of, target,
                      objects.prerequisites(target + ".d", overlay))

    def link(self, root, objects, archives, target):
        self.run(self.cxx + self.flags + objects +
                 [os.path.join(self.out, name) for name in archives] +
                 self.libraries + ["-o", target],
                 root, os.path.dirname(target))


def standin(name):
    """The lines that stand in for another exercise's answer, or None."""
    path = os.path.join(STANDINS, name + ".txt")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\n").split("\n")


def overlay(tree, exercise, answer, with_standins):
    """The files that differ from the tree's: {path: text}.

    What stands between the marks of other exercises is the tree's; or, with
    stand-ins, one of those, and a stub where there is none. Line numbers are
    those of the tree's files, as the compiler tells them.
    """
    texts = {}
    for path, found in tree.solutions.items():
        replacements = []
        for s in found:
            lines = None
            if path == exercise.file and s.name == exercise.name:
                lines = answer
            elif with_standins and s.name != exercise.name:
                lines = standin(s.name) or [marks.stub(s)]
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
    chapters = [path if path.startswith(("common/", "tests/"))
                else "chapters/" + path
                for path in exercise.sources if path.endswith(".cpp")]
    if exercise.file.endswith(".cpp") and exercise.file not in chapters:
        chapters.append(exercise.file)
    return [f"{PROBES}/{exercise.probe or exercise.name}.cpp"] + chapters


def archives(exercise):
    return [path for path in exercise.sources
            if path.endswith(".a")] + ["coursework.a"]


def build_probe(root, folder, exercise, texts, toolchain, apply=map):
    """Builds the probe in `folder`, or finds it there; returns its path.

    apply: side_by_side compiles as many files at a time as there are
    processors. Raises CompileError if the answer does not compile.
    """
    program = os.path.join(folder, "probe")
    key = os.path.join(folder, "key")
    wanted = fingerprint(root, exercise, texts, toolchain)
    if os.path.exists(program) and os.path.exists(key):
        with open(key, encoding="utf-8") as file:
            if file.read() == wanted:
                return program
    files = os.path.join(folder, "files")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for path, text in texts.items():
        target = os.path.join(files, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)
    os.makedirs(files, exist_ok=True)
    toolchain.give(folder)

    def compiled_from(source):
        target = os.path.join(folder, source.replace("/", "_") + ".o")
        toolchain.compile(root, files, texts, source, target)
        return target
    compiled = list(apply(compiled_from, sources(exercise)))
    toolchain.link(root, compiled, archives(exercise), program)
    if not toolchain.jail:
        with open(key, "w", encoding="utf-8") as file:
            file.write(wanted)
    return program


def side_by_side(function, items):
    """Applies the function to the items, JOBS or as many at a time as there
    are processors; the results in their order."""
    with ThreadPoolExecutor(int(os.environ.get("JOBS") or os.cpu_count()
                                or 1)) as pool:
        return list(pool.map(function, items))


