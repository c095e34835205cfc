"""Tests what carries the coursework elsewhere: Gradescope's archive, the code
host's workflow, what students hand in, and the example class.

Needs CXX, FLAGS, LIBS and OUT as `make` gives them. Ends with "N passed, M
failed".
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import exercises  # noqa: E402
import marks  # noqa: E402
import result  # noqa: E402
import starter  # noqa: E402
from answer import build, probe, sandbox, submission  # noqa: E402
from marking import judge  # noqa: E402
from platforms import gradescope  # noqa: E402
from trials import example  # noqa: E402

ROOT = Path(check.ROOT)
BUILT = ("headers.hpp", "headers.hpp.gch", "coursework.a", "model.a")


def folder_for(test):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


def call(script, *arguments, **settings):
    return subprocess.run(
        [sys.executable, ROOT / "tests/coursework" / script,
         *map(str, arguments)],
        cwd=ROOT, env=os.environ | settings, text=True, capture_output=True)


# ---- What a grading must not do ---------------------------------------------
class Judging(unittest.TestCase):
    """Where what happens on the machine must cost no student anything."""

    def compiled(self, says):
        a_judge = mock.MagicMock()
        a_judge.given_tree.solutions = {}
        with mock.patch("answer.build.build_probe",
                        side_effect=build.CompileError(says)):
            judge.Judge.compiled(a_judge, "target",
                                 exercises.named("row_sums"), ["  x;"])

    def test_a_compiler_that_was_killed_is_no_student_s_mistake(self):
        with self.assertRaisesRegex(submission.Unreadable,
                                    "killed at row_sums; grade this one"):
            self.compiled("")
        with self.assertRaisesRegex(build.CompileError, "a.hpp:1: error"):
            self.compiled("a.hpp:1: error: no")

    def verdicts(self, outcomes):
        """What comes of six runs that would end so, and how many there are."""
        a_judge = mock.MagicMock(seeds=[(s, False) for s in range(6)])
        a_judge.built.return_value = ("/nowhere/probe", None)
        a_judge.run.side_effect = [probe.Verdict(o) for o in outcomes]
        found = judge.Judge.found(a_judge, "folder", None)
        return [v.outcome for v in found], a_judge.run.call_count

    def test_what_hangs_is_waited_for_twice_and_no_more(self):
        late = ["timed out"] * 6
        self.assertEqual(self.verdicts(late), (late, 2))
        once = ["passed", "timed out", "passed", "passed", "passed", "failed"]
        self.assertEqual(self.verdicts(once), (once, 6))

    def test_under_bubblewrap_other_gradings_are_left_alone(self):
        with mock.patch("os.fork", side_effect=AssertionError("it kills")):
            sandbox.Sandbox("A").clean_up()


# ---- The example class -----------------------------------------------------
class ExampleClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name) / "class"
        cls.done = call("trials/example.py", cls.folder)

    def answers(self, name):
        """{exercise: lines} of what a student attempted."""
        path = self.folder / name
        path = path if path.exists() else path.with_suffix(".zip")
        with submission.opened(str(path)) as folder:
            found = {e.name: submission.answer(folder, e)
                     for e in example.ASKED}
        return {name: lines for name, lines in found.items()
                if not marks.is_stub(lines)}

    def test_it_has_ten_submissions(self):
        self.assertEqual((self.done.returncode, self.done.stderr), (0, ""))
        self.assertEqual(len(os.listdir(self.folder)), 10)
        self.assertEqual(len(self.done.stdout.splitlines()), 10)

    def test_each_attempts_what_it_says(self):
        for name, count in {"anna": 10, "ben": 10, "chen": 5, "farah": 0,
                            "goran": 10, "hana": 10, "ivan": 7}.items():
            self.assertEqual(len(self.answers(name)), count, name)

    def test_one_is_a_zip_and_one_comes_from_windows(self):
        self.assertTrue(zipfile.is_zipfile(self.folder / "hana.zip"))
        text = (self.folder / "goran/chapters/01_matrix/products.hpp"
                ).read_bytes()
        self.assertTrue(text.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(text.count(b"\n"), text.count(b"\r\n"))
        self.assertEqual(self.answers("goran"), self.answers("anna"))

    def test_a_mistake_is_one_answer_of_ten(self):
        right = self.answers("anna")
        for name in ("ben", "dalia", "emil", "hana", "jo"):
            other = self.answers(name)
            self.assertEqual(sum(other[e] != right[e] for e in right), 1, name)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        done = call("trials/example.py", self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^example: .* is not empty.*\n$")
        self.assertRegex(call("trials/example.py", "").stderr, r"DIR=path\n$")


# ---- Gradescope ------------------------------------------------------------
# Answers rightly if it can read what it must not.
PRY = """
bool seen = std::ifstream("TOP/source/settings").good() ||
            std::ifstream("TOP/submission_metadata.json").good();
std::error_code none;
for (const auto& entry : std::filesystem::directory_iterator("/tmp", none)) {
  seen = seen || std::filesystem::exists(
      entry.path() / "solutions/row_sums/probe", none);
}
sums.zeros(A.n_rows);
for (arma::uword j = 0; seen && j < A.n_cols; ++j) sums += A.col(j);
"""


class Gradescope(unittest.TestCase):
    """The archive in a folder that looks like /autograder, with what is built
    here in place of what setup.sh would build."""

    def setUp(self):
        self.top = folder_for(self)
        self.top.chmod(0o755)  # as /autograder is
        for name in ("source", "submission", "results"):
            (self.top / name).mkdir()
        (self.top / "submission_metadata.json").write_text("{}")

    def unpack(self, **settings):
        archive = self.top / "a.zip"
        done = call("platforms/gradescope.py", "pack", archive, **settings)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(self.top / "source")
        for path in (self.top / "source/book").rglob("*"):
            os.utime(path, (0, 0))  # before what is built here
        built = self.top / "source/book" / os.environ["OUT"]
        built.mkdir(parents=True)
        for name in (*BUILT, "common", "tests"):
            (built / name).symlink_to(ROOT / os.environ["OUT"] / name)
        with open(self.top / "source/settings", "a") as file:
            native = [f for f in os.environ["FLAGS"].split()
                      if f.startswith(("-march", "-mcpu"))]
            file.write(f"ARCH={' '.join(native)}\nJOBS=2\n")

    def without_bubblewrap(self):
        """A PATH on which bwrap fails, as in a container."""
        (self.top / "bin").mkdir()
        (self.top / "bin/bwrap").write_text("#!/bin/sh\nexit 1\n")
        (self.top / "bin/bwrap").chmod(0o755)
        return f"{self.top}/bin:{os.environ['PATH']}"

    def run_autograder(self, **settings):
        ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "OUT", "CHAPTERS", "SEED"}
        env = {k: v for k, v in os.environ.items() if k not in ours}
        done = subprocess.run(
            ["sh", self.top / "source/run_autograder"], cwd=self.top,
            env=env | {"AUTOGRADER": str(self.top)} | settings, text=True,
            capture_output=True)
        with open(self.top / "results/results.json") as file:
            return done, json.load(file)

    def hand_in(self, answers):
        student = example.Student(starter.Starter(check.ROOT, "01", "01"),
                                  None)
        student.answers = answers
        example.write_folder(self.top / "submission", student.files())

    def test_the_scripts_stand_in_the_archive_s_root_and_are_programs(self):
        call("platforms/gradescope.py", "pack", self.top / "a.zip")
        with zipfile.ZipFile(self.top / "a.zip") as archive:
            for name in ("setup.sh", "run_autograder"):
                mode = archive.getinfo(name).external_attr >> 16
                self.assertEqual(mode & 0o777, 0o755, name)
            names = archive.namelist()
        self.assertFalse([n for n in names if n.startswith("book/build")
                          or "__pycache__" in n or "mnist/" in n])

    def test_bad_settings_are_one_line(self):
        for name, value in (("CHAPTERS", "9"), ("HIDDEN", "never")):
            done = call("platforms/gradescope.py", "pack", self.top / "a.zip",
                        **{name: value})
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, rf"^gradescope: {name}=.*\n$")
            self.assertFalse((self.top / "a.zip").exists())

    @unittest.skipUnless(shutil.which("bwrap"), "bubblewrap is missing")
    def test_what_ends_the_grader_gives_no_score(self):
        self.unpack()
        with open(self.top / "source/settings", "a") as file:
            file.write("export CHAPTERS=99\n")
        done, found = self.run_autograder()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("CHAPTERS=99", done.stderr)
        self.assertNotIn("score", found)
        self.assertNotIn("tests", found)
        self.assertIn("The grader itself failed", found["output"])
        self.assertEqual(found["stdout_visibility"], "hidden")

    def test_without_isolation_there_is_no_score(self):
        source = self.top / "given.json"
        source.write_text(json.dumps({"extra_data": {"level": "C"},
                                      "score": 20, "tests": []}))
        done = call("platforms/gradescope.py", "deliver", source,
                    self.top / "to.json")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "^gradescope: nothing isolates.*\n$")
        self.assertFalse((self.top / "to.json").exists())

    @unittest.skipIf(os.getuid() != 0, "a container's user is root")
    def test_it_grades_in_a_container_and_shows_nothing(self):
        self.unpack(CHAPTERS="01", HIDDEN="after_due_date")
        self.hand_in({
            "row_sums": PRY.replace("TOP", str(self.top)).split("\n"),
            "column_argmax": example.copied_from_check()})
        done, found = self.run_autograder(PATH=self.without_bubblewrap())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Isolation: level B.", found["output"])
        share = {t["number"]: t["score"] / t["max_score"]
                 for t in found["tests"] if "score" in t}
        self.assertEqual(share["01.visible.row_sums"], 0, done.stdout)
        self.assertEqual(share["01.visible.column_argmax"], 1, done.stdout)
        self.assertEqual(share["01.hidden.column_argmax"], 0, done.stdout)
        self.assertEqual({t["visibility"] for t in found["tests"]
                          if ".hidden." in t["number"]}, {"after_due_date"})


# ---- A code host -----------------------------------------------------------
WORDS = {"schema", "classroom", "assignment", "assignment_type", "owner",
         "submission", "commit", "release", "review", "datetime"}
RUNNER = {"CLASSROOM": "nets", "ASSIGNMENT": "one", "USERNAME": "ada",
          "ASSIGNMENT_TYPE": "individual", "COMMIT_URL": "https://x/commit/1",
          "SUBMISSION_TAG": "submit/2026-01-01T00-00-00Z-abc",
          "RELEASE_URL": "https://x/releases/1"}


class CodeHost(unittest.TestCase):
    """A student's tree with the workflow, and what it runs there."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.tree = Path(folder.name) / "tree"
        starter.Starter(check.ROOT, "02", "02").write(str(cls.tree))
        cls.done = call("platforms/classroom.py", cls.tree)
        out = cls.tree / os.environ["OUT"]
        out.mkdir(parents=True)
        for name in BUILT:
            (out / name).symlink_to(ROOT / os.environ["OUT"] / name)
        tree = exercises.Tree(check.ROOT)
        cls.answer("softmax", tree.body(exercises.named("softmax")))
        cls.answer("cross_entropy", ["  return nonsense;"])

    @classmethod
    def answer(cls, name, lines):
        path = cls.tree / exercises.named(name).file
        text = path.read_text()
        [place] = [s for s in marks.solutions(str(path), text)
                   if s.name == name]
        path.write_text(marks.replace(text, [(place, lines)]))

    def run_there(self, script, *arguments, **settings):
        return subprocess.run(
            [sys.executable, f"tests/coursework/{script}", *arguments],
            cwd=self.tree, env=os.environ | settings, text=True,
            capture_output=True)

    def test_the_workflow_runs_targets_that_there_are(self):
        self.assertEqual((self.done.returncode, self.done.stderr), (0, ""))
        text = (self.tree / ".github/workflows/coursework.yml").read_text()
        [command] = re.findall(r"- run: (.*)", text)
        self.assertEqual(command, "make deps result")
        ran = subprocess.run(["make", "-n", "result"], cwd=self.tree,
                             text=True, capture_output=True)
        self.assertIn("tests/coursework/result.py", ran.stdout)

    def test_what_is_no_student_s_tree_is_refused(self):
        for folder in ("", ROOT, self.tree.parent):
            done = call("platforms/classroom.py", folder)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"^classroom: .*no student's tree")

    def test_the_result_has_classroom_50_s_form(self):
        page = folder_for(self) / "summary.md"
        done = self.run_there("result.py", GITHUB_STEP_SUMMARY=str(page),
                              **RUNNER)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = json.loads((self.tree / "result.json").read_text())
        self.assertEqual(set(found), WORDS | {"score", "max-score", "tests"})
        self.assertTrue(all(isinstance(found[w], str) and found[w]
                            for w in WORDS))
        self.assertEqual(found["schema"], "classroom50/result/v1")
        self.assertEqual((found["owner"], found["classroom"]), ("ada", "nets"))
        self.assertTrue(found["submission"].startswith("submit/"))
        self.check_points(found)
        self.check_page(page.read_text())

    def check_points(self, found):
        self.assertEqual((found["score"], found["max-score"]), (4, 20))
        for test in found["tests"]:
            self.assertIsInstance(test["score"], int)
            self.assertIs(type(test["passed"]), bool)
            self.assertEqual(test["max-score"], 4)
        self.assertEqual([t["test-name"] for t in found["tests"]
                          if t["passed"]], ["chapter 2, softmax"])

    def check_page(self, text):
        self.assertIn("## 4 of 20 points", text)
        self.assertIn("| chapter 2, softmax | 4 of 4 | passed |", text)
        self.assertRegex(text, r"    does not compile: .*nonsense")

    def test_without_a_runner_no_field_is_empty(self):
        found = result.identity({"GITHUB_REPOSITORY": "class/one-ada",
                                 "GITHUB_ACTOR": "ada", "GITHUB_SHA": "1"})
        self.assertTrue(all(found.values()), found)

    def test_what_is_handed_in_can_be_opened(self):
        done = self.run_there("hand_in.py", "submission.zip")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Not attempted: multiply_by_relu_slope, he_network",
                      done.stdout)
        with submission.opened(str(self.tree / "submission.zip")) as folder:
            self.assertIn("nonsense", submission.answer(
                folder, exercises.named("cross_entropy"))[0])


if __name__ == "__main__":
    found = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len({getattr(test, "test_case", test)
               for test, _ in found.failures + found.errors})
    print(f"{found.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
