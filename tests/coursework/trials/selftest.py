"""Tests the judge with answers that are hostile or broken.

selftest.py [--short] [--level A|B|C] [NAME...]

The last line is "N passed, M failed".

The cases stand in hostile/*.txt, for everybody to read. Each makes a submission
from the untouched students' tree:

    == what it tries
    why: more words
    exercise: whose answer the lines with + are
    expect: a regular expression for what the judge says, at visible and hidden
            values; or visible: and hidden: apart
    short: yes      also part of the short form
    needs: confinement, or no root: else it is skipped
    at: NAME        `at` is the address of that function of libc
    file: PATH      the lines with | are that file
    link:, pipe:, folder:, mode:, remove:, convert:, archive:, name:
                    see Submission
    control: what the judge says of the honest answer beside it; without this
             it must pass

After each case an honest submission must get full marks, no process may be
left, and this process may not have grown beyond 200 MB.
"""

import glob
import io
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import namedtuple

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import exercises  # noqa: E402
import marks  # noqa: E402
import starter  # noqa: E402
from answer import sandbox, submission  # noqa: E402
from marking import grade, judge  # noqa: E402

CASES = os.path.join(check.HERE, "trials", "hostile")
MOST_MEMORY = 200_000_000  # bytes
SECONDS = 2  # of the processor for a probe
CHANGES = {"remove", "pipe", "folder", "mode", "convert", "archive", "name"}
CONTROLS = ["column_maxima", "row_sums"]

Case = namedtuple("Case", "name set answer files links")


# ---- The cases -------------------------------------------------------------
def cases_in(text):
    found = []
    for line in text.split("\n"):
        if line.startswith("== "):
            found.append(Case(line[3:], {}, [], {}, []))
        elif not found or not line:
            continue
        elif line.startswith("+"):
            found[-1].answer.append("  " + line[2:])
        elif line.startswith("|"):
            list(found[-1].files.values())[-1].append(line[2:])
        else:
            key, _, value = line.partition(": ")
            if key == "file":
                found[-1].files[value] = []
            elif key == "link":
                found[-1].links.append(value.split(" -> "))
            else:
                found[-1].set[key] = value
    return found


def all_cases():
    return [case for path in sorted(glob.glob(os.path.join(CASES, "*.txt")))
            for case in cases_in(exercises.read(CASES, path))]


def address_of(name):
    """A line of C++ that finds a function of libc without naming it."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        libc = re.search(r"/\S*/libc\.so\.6|/\S*/libc-[\d.]+\.so",
                         file.read())[0]
    listed = subprocess.run(["nm", "-D", "--defined-only", libc], text=True,
                            capture_output=True, check=True).stdout
    place = {}
    for line in listed.split("\n"):
        fields = line.split()
        if len(fields) == 3:
            place[fields[2].split("@")[0]] = int(fields[0], 16)
    return (f"  char* const at = reinterpret_cast<char*>(&std::puts) + "
            f"({place[name] - place['puts']});")


class Submission:
    """A case's submission: a folder, or an archive."""

    def __init__(self, folder, case, answers):
        """answers: {exercise: lines} that stand in it besides the case's."""
        self.case = case
        self.root = os.path.join(folder, case.set.get("name", "student"))
        starter.Starter(
            check.ROOT, "01", exercises.FOLDERS[-1][:2]).write(self.root)
        own = list(case.answer)
        if "at" in case.set:
            own.insert(0, address_of(case.set["at"]))
        if own:
            answers = answers | {case.set["exercise"]: own}
        for name, lines in answers.items():
            self.answer(name, lines)
        self.change()
        self.path = self.archive() if "archive" in case.set else self.root

    def place(self, path):
        target = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        return target

    def clear(self, path):
        target = self.place(path)
        if os.path.isdir(target) and not os.path.islink(target):
            shutil.rmtree(target)
        elif os.path.lexists(target):
            os.remove(target)
        return target

    def answer(self, name, lines):
        path = exercises.named(name).file
        text = exercises.read(self.root, path)
        [solution] = [s for s in marks.solutions(path, text)
                      if s.name == name]
        with open(self.place(path), "w", encoding="utf-8") as file:
            file.write(marks.replace(text, [(solution, lines)]))

    def change(self):
        case = self.case
        for path, lines in case.files.items():
            with open(self.place(path), "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        for path, target in case.links:
            os.symlink(target.replace("ROOT", check.ROOT), self.clear(path))
        for key in ("remove", "pipe", "folder", "mode", "convert"):
            if key in CHANGES & set(case.set):
                getattr(self, key)(case.set[key])

    def remove(self, path):
        shutil.rmtree(os.path.normpath(os.path.join(self.root, path)))
        os.makedirs(self.root, exist_ok=True)

    def pipe(self, path):
        os.mkfifo(self.clear(path))

    def folder(self, path):
        os.mkdir(self.clear(path))

    def mode(self, value):
        path, bits = value.split()
        os.chmod(self.place(path), int(bits, 8))

    def convert(self, ways):
        """Writes the file with the answer as some editors do, or worse."""
        path = self.place(exercises.named(self.case.set["exercise"]).file)
        with open(path, "rb") as file:
            text = file.read()
        for way in ways.split():
            text = {"crlf": lambda t: t.replace(b"\n", b"\r\n"),
                    "cr": lambda t: t.replace(b"\n", b"\r"),
                    "bom": lambda t: b"\xef\xbb\xbf" + t,
                    "nul": lambda t: t.replace(b"@@", b"\0"),
                    "latin1": lambda t: t.decode().encode("latin1"),
                    "long": lambda t: t + b"// more\n" * 40_000}[way](text)
        with open(path, "wb") as file:
            file.write(text)

    def archive(self):
        """The chapters as an archive, with members of these names first."""
        kind, *names = self.case.set["archive"].split()
        path = f"{self.root}.{kind}"
        if kind == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                for name in names:
                    archive.writestr(name, "outside")
                for file in sorted(submission.FILES):
                    archive.write(os.path.join(self.root, file), file)
        else:
            with tarfile.open(path, "w") as archive:
                for name in names:
                    member = tarfile.TarInfo(name)
                    member.size = 7
                    archive.addfile(member, io.BytesIO(b"outside"))
                archive.add(os.path.join(self.root, "chapters"), "chapters")
        return path


# ---- The judge -------------------------------------------------------------
class Wrong(Exception):
    """What came out otherwise than a case says."""


class Skipped(Exception):
    """Why a case is not run here."""


def text_of(verdict):
    return verdict.outcome + (f": {verdict.detail}" if verdict.detail else "")


class SelfTest:
    """Grades the cases' submissions, and an honest one after each."""

    def __init__(self, the_judge):
        self.judge = the_judge
        self.solutions = exercises.Tree(check.ROOT)
        self.programs = {}  # of honest answers
        self.graded = 0

    def solution(self, name):
        return {name: self.solutions.body(exercises.named(name))}

    def named(self, name):
        return next(e for e in self.judge.exercises if e.name == name)

    def verdicts(self, path, name):
        with submission.opened(path) as folder:
            return self.judge.verdicts(folder, self.named(name))

    def expect(self, found, wanted, which):
        """Checks the verdicts on one answer; wanted: {hidden: regex}."""
        for verdict, (_, hidden) in zip(found, self.judge.seeds):
            text = text_of(verdict)
            if not re.match(wanted[hidden], text):
                raise Wrong(f"{which}, {'hidden' if hidden else 'visible'} "
                            f"values: {text!r}, expected {wanted[hidden]!r}")

    def run(self, case):
        self.skip(case)
        name = case.set["exercise"]
        control = next(c for c in CONTROLS if c != name)
        both = case.set.get("expect", "")
        with tempfile.TemporaryDirectory(prefix="selftest-") as folder:
            made = Submission(folder, case, self.solution(control))
            found = self.verdicts(made.path, name)
            self.expect(found, {
                False: case.set.get("visible", both),
                True: case.set.get("hidden", both)}, name)
            # Where an answer alone is at fault, the next submission, below,
            # shows as well that another is judged without it.
            if case.files or case.links or CHANGES & set(case.set):
                beside = case.set.get("control", "passed$")
                self.expect(self.verdicts(made.path, control),
                            {False: beside, True: beside}, control)
            self.look_around(folder, made)
        self.honest(control)
        return text_of(found[0])

    def skip(self, case):
        needs = case.set.get("needs")
        if needs == "confinement" and not self.confined():
            raise Skipped("the kernel does not keep a probe from starting "
                          "processes here")
        if needs == "no root" and os.getuid() == 0:
            raise Skipped("root may read every file")

    def confined(self):
        """Whether a probe can give up what an answer does not need."""
        program = os.path.join(self.judge.folder, "solutions", CONTROLS[0],
                               "probe")
        return subprocess.run([program, "--confined"],
                              check=False).returncode == 0

    def honest(self, name):
        """The next submission is graded as if nothing had happened. To build
        it takes most of the time, and is done after every tenth case."""
        self.graded += 1
        if name not in self.programs or self.graded % 10 == 0:
            self.programs[name] = self.honest_program(name)
        found = [self.judge.run(self.programs[name], self.named(name), *seed)
                 for seed in self.judge.seeds]
        self.expect(found, {False: "passed$", True: "passed$"},
                    "the next submission, " + name)
        if left := left_behind(self.judge.sandbox):
            raise Wrong("these processes are left: " + "; ".join(left))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if most > MOST_MEMORY:
            raise Wrong(f"the judge took {most / 1e6:.0f} MB")

    def honest_program(self, name):
        case = Case("honest", {"exercise": name}, [], {}, [])
        with tempfile.TemporaryDirectory(prefix="selftest-") as folder:
            made = Submission(folder, case, self.solution(name))
            with submission.opened(made.path) as tree:
                program, verdict = self.judge.built(tree, self.named(name))
        if verdict:
            raise Wrong(f"the next submission, {name}: {text_of(verdict)}")
        return program

    def look_around(self, folder, made):
        """What a submission may not have written."""
        allowed = {os.path.basename(p) for p in (made.root, made.path)}
        for place in (folder, "/tmp", os.getcwd(), check.ROOT):
            more = {"outside", "outside-of-all", "owned"} & set(
                os.listdir(place))
            if place == folder:
                more |= set(os.listdir(place)) - allowed
            if more:
                raise Wrong(f"in {place} there is {sorted(more)}")


def processes(box):
    """What runs in the sandbox, or as its users where they are nobody else's,
    as lines that name it."""
    found = set()
    for number in filter(str.isdecimal, os.listdir("/proc")):
        try:
            owner = os.stat(f"/proc/{number}").st_uid
            words = exercises.read(f"/proc/{number}", "stat").rsplit(")")[-1]
            said = b""
            for name in ("cmdline", "environ"):
                with open(f"/proc/{number}/{name}", "rb") as file:
                    said += file.read()
        except (OSError, ValueError):
            continue  # it has ended, or is not ours
        theirs = box.level == "B" and owner in box.users
        if words.split()[0] != "Z" and (theirs or box.mark.encode() in said):
            found.add(f"{number} " + said[:100].replace(b"\0", b" ").decode(
                "utf-8", "replace"))
    return found


def left_behind(box):
    """What still runs when the kernel has had time to end the rest."""
    for _ in range(50):
        if not processes(box):
            return set()
        time.sleep(0.1)
    return processes(box)


# ---- The fences, one by one ------------------------------------------------
class Fences:
    """What the sandbox alone keeps from a program that does as it likes. The
    scripts are bounded themselves, should a fence not hold."""

    def __init__(self, box):
        self.box = box

    def run(self, script, seconds=5):
        limits = sandbox.Limits(seconds)
        found = sandbox.run(
            self.box.command(["sh", "-c", script]), 20,
            env=self.box.environment(), cwd="/",
            preexec_fn=lambda: self.box.prepare(limits))
        self.box.clean_up()
        return found

    def need(self, levels):
        if self.box.level not in levels:
            raise Skipped(f"the sandbox of level {self.box.level} does not "
                          "keep a program from it; confine.cpp does")

    def check_a_daemon_does_not_outlive(self):
        self.need("AB")
        self.run("for i in 1 2 3; do setsid sleep 61.7 >/dev/null 2>&1 & "
                 "done; exit 0")
        if left := left_behind(self.box):
            raise Wrong(f"left: {left}")

    def check_kill_all_kills_nobody_else(self):
        self.need("AB")
        with subprocess.Popen(["sleep", "60"]) as bystander:
            time.sleep(0.2)
            self.run("kill -9 -1")
            alive = bystander.poll() is None
            bystander.kill()
        if not alive:
            raise Wrong("a process outside was killed")

    def check_processes_are_counted(self):
        self.need("AB")
        status, said = self.run(
            "i=0; while [ $i -lt 300 ]; do sleep 3 & i=$((i + 1)); done; "
            "echo all 300 run")
        if "all 300 run" in said:
            raise Wrong("300 processes ran at a time")

    def check_no_network(self):
        self.need("A")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            status, _ = self.run(
                f"exec bash -c ': </dev/tcp/127.0.0.1/{port}'")
        if status == 0:
            raise Wrong("it reached a listener outside")

    def check_solutions_and_submissions_are_out_of_sight(self):
        self.need("AB")
        with tempfile.TemporaryDirectory() as private:
            for path in (private, check.__file__, check.ROOT,
                         os.path.expanduser("~")):
                status, said = self.run(f"ls '{path}' && test -r '{path}'")
                if status == 0:
                    raise Wrong(f"{path} can be read: {said[:100]}")

    def check_memory_and_files_are_bounded(self):
        for script in ("exec dd if=/dev/zero of=/dev/null bs=3000M count=1",
                       "exec dd if=/dev/zero of=/tmp/selftest-large bs=1M "
                       "count=100"):
            status, _ = self.run(script)
            if status == 0:
                raise Wrong(f"this worked: {script}")
        if os.path.exists("/tmp/selftest-large"):
            os.remove("/tmp/selftest-large")

    def check_a_loop_ends(self):
        started = time.monotonic()
        self.run("while :; do :; done", 1)
        if time.monotonic() - started > 15:
            raise Wrong("it ran on")

    def checks(self):
        return [(name[6:].replace("_", " "), getattr(self, name))
                for name in sorted(dir(self)) if name.startswith("check_")]


# ---- All -------------------------------------------------------------------
class Count:
    passed = failed = 0

    def attempt(self, name, action):
        try:
            said = action() or "holds"
            print(f"  {name}: {said[:150]}", flush=True)
            self.passed += 1
        except Skipped as skipped:
            print(f"  {name}: SKIPPED: {skipped}", flush=True)
        except (Wrong, OSError, marks.MarkError) as wrong:
            print(f"FAILED {name}: {wrong}", flush=True)
            self.failed += 1


def controls(the_judge, test):
    """The solutions pass, and the untouched tree is "not attempted"."""
    def full(name):
        return test.honest(name)

    def none():
        case = Case("untouched", {}, [], {}, [])
        with tempfile.TemporaryDirectory(prefix="selftest-") as folder:
            made = Submission(folder, case, {})
            points = grade.weights()
            tests = grade.grade(the_judge, made.path, points)
        if {t.get("score", 0) for t in tests} != {0} or "not attempted" not in (
                {t["output"] for t in tests}):
            raise Wrong(f"the untouched tree: {tests}")

    return [("the untouched tree gets nothing", none)] + [
        (f"the solution of {e.name} gets full marks",
         lambda e=e: full(e.name)) for e in the_judge.exercises]


def chosen(names, short):
    cases = all_cases()
    if short:
        cases = [c for c in cases if c.set.get("short")]
    return [c for c in cases
            if not names or any(n in c.name for n in names)]


def main(arguments):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    short = "--short" in arguments
    level = None
    if "--level" in arguments:
        level = arguments.pop(arguments.index("--level") + 1)
    names = [a for a in arguments if not a.startswith("--")]
    cases = chosen(names, short)
    needed = {c.set["exercise"] for c in cases} | set(CONTROLS)
    asked = [e._replace(seconds=SECONDS if e.name in CONTROLS else e.seconds)
             for e in exercises.EXERCISES
             if e.name in needed or not (short or names)]
    count = Count()
    with judge.Judge(asked, secrets.randbelow(2**31), 1,
                     level) as the_judge:
        the_judge.learn_all()
        print(f"isolation: level {the_judge.sandbox.level}")
        fences = Fences(the_judge.sandbox).checks()
        test = SelfTest(the_judge)
        if not names:
            for name, action in fences + controls(the_judge, test):
                count.attempt(name, action)
        for case in cases:
            count.attempt(case.name, lambda c=case: test.run(c))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"the judge took at most {most:.0f} MB")
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
