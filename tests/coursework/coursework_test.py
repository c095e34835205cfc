"""Tests the coursework kit: marks, starter trees, reports, the student's loop.

Needs CXX, FLAGS, LIBS and OUT as `make` gives them. Ends with "N passed, M
failed".
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import check
import exercises
import marks
import probe
import screen
import starter

ROOT = Path(check.ROOT)


def folder_for(test):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


class Marks(unittest.TestCase):
    def refused(self, text, reason):
        with self.assertRaisesRegex(marks.MarkError, reason):
            marks.solutions("a.hpp", text)

    def test_finds_solutions_and_replaces_them(self):
        text = "{\n  // BEGIN SOLUTION f\n  x;\n  // END SOLUTION\n}"
        [found] = marks.solutions("a.hpp", text)
        self.assertEqual(marks.body(text, found), ["  x;"])
        self.assertEqual(
            marks.replace(text, [(found, [marks.stub(found)])]),
            '{\n  // BEGIN SOLUTION f\n  not_implemented("f");\n'
            "  // END SOLUTION\n}")

    def test_nested_marks_are_refused(self):
        self.refused("// BEGIN SOLUTION f\n// BEGIN SOLUTION g\n",
                     r"a\.hpp:2: a solution begins inside another")

    def test_an_unclosed_mark_is_refused(self):
        self.refused("\n// BEGIN SOLUTION f\nx;", r"a\.hpp:2: .* never closed")

    def test_an_empty_solution_is_refused(self):
        self.refused("// BEGIN SOLUTION f\n// END SOLUTION", "is empty")

    def test_an_end_alone_is_refused(self):
        self.refused("// END SOLUTION", "without a BEGIN")

    def test_a_mark_without_a_name_is_refused(self):
        self.refused("// BEGIN SOLUTION\nx;\n// END SOLUTION", "needs the")

    def test_an_answer_is_found_whatever_else_the_file_has(self):
        text = ("// END SOLUTION\n// BEGIN SOLUTION f\n  x;\n"
                "// END SOLUTION\n// BEGIN SOLUTION g\n")
        self.assertEqual(marks.answer("a.hpp", text, "f"), ["  x;"])
        for name, why in (("g", "a.hpp:5: no // END"), ("h", "0 times")):
            with self.assertRaisesRegex(marks.MarkError, why):
                marks.answer("a.hpp", text, name)
        with self.assertRaisesRegex(marks.MarkError, "2 times"):
            marks.answer("a.hpp", text + "// BEGIN SOLUTION f\n", "f")

    def test_a_stub_is_no_answer(self):
        self.assertTrue(marks.is_stub(['  not_implemented("f");', "", "//"]))
        self.assertTrue(marks.is_stub([]))
        self.assertFalse(marks.is_stub(["  return 1;"]))


# Answers that leave their function, or what the compiler would read as such.
NOT_TAKEN = {
    '#include "/dev/zero"': "begin with #",
    "%:define x": "begin with #",
    "} int main() {": "did not open",
    "%> int main() <%": "did not open",
    "{": "never closed",
    "f(];": "did not open",
    "/* to the end": "does not end",
    'x = "abc': "does not end",
    'x = R"(abc"': "does not end",
    "// \\\n{": "is not taken",
    "x = 1; \\": "is not taken",
    "??=include": "is not taken",
    "f();\r}": "is not taken",
    'asm(".incbin \\"x\\"");': "assembler",
    "[[gnu::no_sanitize]] int x;": "attributes",
    "testing::Test::HasFailure();": "GoogleTest",
    "extern int x;": "extern",
}
TAKEN = ["auto c = '{'; auto d = '\\'';", 'auto s = R"x(}{)x";', "1'000'000;",
         "std::vector<::nn::Matrix> y;", "// it's }", '/* " } */ f("}");',
         "const char* s = \"a\\\"b}\";"]


class Screen(unittest.TestCase):
    def test_what_leaves_the_function_is_not_taken(self):
        for text, why in NOT_TAKEN.items():
            self.assertRegex(str(screen.objection(text.split("\n"))), why,
                             repr(text))

    def test_marks_in_strings_and_comments_are_no_marks(self):
        for text in TAKEN:
            self.assertIsNone(screen.objection([text]), text)

    def test_all_solutions_are_taken(self):
        tree = exercises.Tree(check.ROOT)
        for e in exercises.EXERCISES:
            self.assertIsNone(screen.objection(tree.body(e)), e.name)


class StarterTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = starter.Starter(check.ROOT, "01", "05")

    def test_every_exercise_is_a_stub(self):
        for e in exercises.EXERCISES:
            text = self.whole.text(e.file)
            found = [s for s in marks.solutions(e.file, text)
                     if s.name == e.name]
            self.assertEqual(len(found), 1, e.name)
            self.assertTrue(marks.is_stub(marks.body(text, found[0])), e.name)

    def test_no_line_of_a_solution_survives(self):
        self.assertEqual(list(self.whole.leaks()), [])

    def test_a_line_that_survives_is_found(self):
        line = "std::sqrt(2.0 / static_cast<double>(layer.W.n_cols));"
        for path in ("chapters/01_matrix/test.cpp", "docs/start.md",
                     "tests/coursework/standins/row_sums.txt"):
            other = starter.Starter(check.ROOT, "01", "05")
            other.files[path] += b"\n  " + line.encode() + b"\n"
            self.assertEqual([leak.split(": ", 1)[1]
                              for leak in other.leaks()], [line], path)

    def test_a_lesson_shows_the_stub(self):
        text = self.whole.text("chapters/01_matrix/README.md")
        self.assertIn('  not_implemented("row_sums");', text)
        self.assertNotIn("BEGIN SOLUTION", text)

    def test_hidden_cases_and_mistakes_stay_behind(self):
        for path in self.whole.files:
            self.assertNotIn("mutant", path)
            self.assertNotIn("mutation", path)
            if path.startswith("tests/coursework/probes/"):
                if not path.endswith(("/probe.cpp", "/probe.hpp")):
                    self.assertNotIn("thorough", self.whole.text(path), path)

    def test_links_lead_to_files_of_the_tree(self):
        for path in self.whole.files:
            if not path.endswith(".md"):
                continue
            for link in starter.LINK.finditer(self.whole.text(path)):
                if ":" in link[3]:
                    continue
                target = os.path.normpath(os.path.join(
                    os.path.dirname(path), link[3]))
                self.assertTrue(
                    target in self.whole.files or any(
                        f.startswith(target + "/") for f in self.whole.files),
                    f"{path}: {link[0]}")

    def test_chapters_limit_the_tree(self):
        early = starter.Starter(check.ROOT, "01", "03")
        self.assertFalse([p for p in early.files
                          if re.match("chapters/0[45]", p)])
        self.assertIn("CHAPTERS := 01_matrix 02_propagation 03_training\n",
                      early.text("Makefile"))

    def test_earlier_chapters_stand_there_solved(self):
        second = starter.Starter(check.ROOT, "02", "02")
        self.assertIn("sums.zeros", second.text(exercises.named(
            "row_sums").file))
        self.assertNotIn("P = Z;", second.text(exercises.named(
            "softmax").file))

    def call(self, *arguments):
        return subprocess.run(
            [sys.executable, starter.__file__, *map(str, arguments)],
            text=True, capture_output=True)

    def test_a_folder_with_something_in_it_is_left_alone(self):
        folder = folder_for(self)
        (folder / "mine").write_text("mine")
        done = self.call(folder)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^starter: .* is no empty folder.*\n$")
        self.assertEqual(os.listdir(folder), ["mine"])

    def test_chapters_that_do_not_exist_are_refused(self):
        for chapters in ("09", "03-01", "x", "1-3", "01-09"):
            done = self.call(folder_for(self) / "new", chapters)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"^starter: CHAPTERS=.*\n$")

    def test_a_place_that_cannot_be_written_is_one_line(self):
        file = folder_for(self) / "file"
        file.write_text("")
        done = self.call(file / "new")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^starter: .*\n$")
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_no_folder_is_one_line(self):
        self.assertRegex(self.call("").stderr, r"^starter: .*DIR=path\n$")


REPORT = "exact\tlabels\t2\t1 2 \nclose\tsums\t2\t1 1000 "


class Reports(unittest.TestCase):
    def verdict(self, report):
        return probe.compare(report, REPORT)

    def fails(self, report, reason):
        verdict = self.verdict(report)
        self.assertEqual(verdict.outcome, "failed")
        self.assertRegex(verdict.detail, reason)

    def test_equal_reports_pass(self):
        self.assertEqual(self.verdict(REPORT).outcome, "passed")

    def test_a_sum_may_differ_a_little_and_a_label_may_not(self):
        little = REPORT.replace("1000", "1000.05")
        self.assertEqual(self.verdict(little).outcome, "passed")
        self.fails(REPORT.replace("1000", "1001"),
                   "sums: value 2 of 2 is 1001, expected 1000")
        self.fails(REPORT.replace("1 2", "1 2.00001"), "labels: value 2 of 2")

    def test_nan_never_passes(self):
        self.fails(REPORT.replace("1000", "nan"), "is nan")
        nan = probe.compare(REPORT.replace("1000", "nan"),
                            REPORT.replace("1000", "nan"))
        self.assertEqual(nan.outcome, "failed")

    def test_missing_further_and_repeated_keys_fail(self):
        self.fails(REPORT.split("\n")[0], "sums: nothing came")
        self.fails(REPORT + "\nexact\tmore\t0\t", "more: nobody asked")
        self.fails(REPORT + "\n" + REPORT.split("\n")[0], "two values")

    def test_a_wrong_count_fails(self):
        self.fails(REPORT.replace("1 1000", "1 1000 3"), "no numbers")
        self.fails(REPORT.replace("2\t1 1000", "1\t1"), "1 values, expected 2")

    def test_the_kind_of_comparison_is_the_expected_one(self):
        self.fails(REPORT.replace("exact", "close").replace("1 2", "1 2.00001"),
                   "labels: value 2 of 2")

    def test_a_line_of_another_form_fails(self):
        self.fails(REPORT + "\n[  PASSED  ] 5 tests.", "none of the probe's")


class Runs(unittest.TestCase):
    """Probes that are scripts here: they get the number of the pipe."""

    def run_script(self, text, seconds=5):
        path = folder_for(self) / "probe"
        path.write_text("#!/bin/sh\nread -r seed thorough mark\n" + text)
        path.chmod(0o755)
        return probe.run_probe(str(path), 7, True, seconds)

    def outcome(self, text, seconds=5):
        report, verdict, _ = self.run_script(text, seconds)
        self.assertIsNone(report)
        return verdict

    def test_a_whole_report_arrives(self):
        report, verdict, said = self.run_script(
            'echo hello; printf "exact\\ta\\t1\\t$seed$thorough\\n" >&$1\n'
            'printf "end\\t$mark\\n" >&$1')
        self.assertIsNone(verdict)
        self.assertEqual(report, "exact\ta\t1\t71")
        self.assertEqual(said, "hello\n")

    def test_ending_early_is_no_pass(self):
        for text in ("exit 0", 'printf "exact\\ta\\t1\\t7\\n" >&$1',
                     'printf "end\\tforged\\n" >&$1',
                     'printf "end\\t$mark\\nexact\\tb\\t0\\t\\n" >&$1'):
            self.assertEqual(self.outcome(text).detail,
                             "it ended the program")

    def test_a_signal_has_its_name(self):
        self.assertEqual(self.outcome("kill -SEGV $$").detail,
                         "it ended with SIGSEGV")

    def test_what_it_throws_is_told(self):
        verdict = self.outcome('printf "thrown\\tno\\n" >&$1; exit 1')
        self.assertEqual(verdict, probe.Verdict("failed", "it threw: no"))

    def test_a_loop_without_end_is_ended(self):
        self.assertEqual(self.outcome("while :; do :; done", 1).outcome,
                         "timed out")

    def test_a_deadlock_is_ended(self):
        self.assertEqual(self.outcome("sleep 1000", 1).outcome, "timed out")

    def test_endless_output_is_not_kept(self):
        _, verdict, said = self.run_script("exec yes", 1)
        self.assertEqual(verdict.outcome, "timed out")
        self.assertLessEqual(len(said), 20_000)

    def test_what_it_leaves_behind_is_killed(self):
        folder = folder_for(self)
        self.run_script(f"(sleep 1; touch {folder}/late) & exit 0")
        time.sleep(1.5)
        self.assertEqual(os.listdir(folder), [])


ANSWERS = {
    "multiply_right_transposed": "while (true) C.zeros();",
    "row_sums": "sums.zeros(A.n_rows);",
    "column_maxima": "std::exit(0);",
    "one_hot": "*static_cast<volatile int*>(nullptr) = 1;",
    "column_argmax": "return nonsense;",
}


class StudentsLoop(unittest.TestCase):
    """Answers in a student's tree, with what is built here for headers."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name) / "tree"
        starter.Starter(check.ROOT, "01", "05").write(str(cls.root))
        cls.out = Path(folder.name) / "out"
        cls.out.mkdir()
        for name in ("headers.hpp", "headers.hpp.gch", "coursework.a"):
            (cls.out / name).symlink_to(ROOT / os.environ["OUT"] / name)

    def call(self, *arguments):
        done = subprocess.run(
            [sys.executable, "tests/coursework/check.py", *arguments],
            cwd=self.root, env=os.environ | {"OUT": str(self.out)},
            text=True, capture_output=True)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def answer(self, name, lines):
        path = self.root / exercises.named(name).file
        text = path.read_text()
        [solution] = [s for s in marks.solutions(str(path), text)
                      if s.name == name]
        path.write_text(marks.replace(text, [(solution, lines)]))

    def test_an_untouched_tree_has_no_points(self):
        for chapter in ("01", "02", "03", "04", "05"):
            text = self.call("check", chapter)
            self.assertEqual(text.count("  not attempted  "), 5)
            self.assertIn("0 of 5 exercises, 0 of 20 points", text)

    def test_each_answer_gets_its_own_verdict(self):
        for name, line in ANSWERS.items():
            self.answer(name, ["  " + line])
        text = self.call("check", "01")
        for line in (
                r"timed out +multiply_right_transposed: it did not end",
                r"failed +row_sums: .* is 0, expected ",
                r"crashed +column_maxima: it ended the program",
                r"crashed +one_hot: it ended with SIGSEGV",
                r"does not compile +column_argmax: chapters/01_matrix/"
                r"operations.hpp:\d+:\d+: error: .*nonsense",
                r"Next: multiply_right_transposed in "
                r"chapters/01_matrix/products.hpp"):
            self.assertRegex(text, line)

    def test_one_answer_is_judged_without_the_others(self):
        self.answer("row_sums", ['  not_implemented("row_sums");'])
        tree = exercises.Tree(check.ROOT)
        self.answer("backward", tree.body(exercises.named("backward")))
        text = self.call("check", "02")
        self.assertRegex(text, "passed +backward\n")
        self.assertIn("1 of 5 exercises, 4 of 20 points", text)

    def test_what_stands_outside_of_the_marks_does_not_count(self):
        solution = exercises.Tree(check.ROOT).body(
            exercises.named("cross_entropy"))
        self.answer("cross_entropy", solution)
        path = self.root / exercises.named("softmax").file
        text = path.read_text()
        self.addCleanup(path.write_text, text)
        path.write_bytes(b"\xef\xbb\xbf#error\r\n" + text.replace(
            "// BEGIN SOLUTION softmax", "").replace(
                "\n", "\r\n").encode())
        text = self.call("check", "02")
        self.assertRegex(text, "not taken +softmax: .*: the mark // BEGIN "
                         "SOLUTION softmax stands there 0 times")
        self.assertRegex(text, "passed +cross_entropy\n")

    def test_hints_come_one_at_a_time(self):
        self.call("check", "05")
        first = self.call("hint", "05")
        self.assertRegex(first, "^take, hint 1 of ")
        self.assertNotEqual(self.call("hint", "05"), first)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len({getattr(test, "test_case", test)
               for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
