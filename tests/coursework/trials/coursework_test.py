"""Tests the coursework kit: marks, starter trees, reports, the student's loop.

Needs CXX, FLAGS, LIBS and OUT as `make` gives them. Ends with "N passed, M
failed".
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
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
import starter  # noqa: E402
from answer import probe, sandbox, screen, submission, symbols  # noqa: E402
from marking import grade, judge, page  # noqa: E402

ROOT = Path(check.ROOT)


def folder_for(test):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


# The last chapter that there is.
LAST = exercises.FOLDERS[-1][:2]


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

    def test_a_line_of_many_spaces_is_read_at_once(self):
        # With a pattern that steps back it takes hours.
        text = "// BEGIN SOLUTION x" + " " * 250_000 + "y"
        with self.assertRaisesRegex(marks.MarkError, "0 times"):
            marks.answer("a.hpp", text, "x")

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
    "// \\\n{ \\": "is not taken",
    "// \\ \n{": "is not taken",
    "/* *\\\n/ } */": "joins two lines",
    "// C:\\\nf();": "the next line part of the comment",
    "// C:\\\n/\\\n/ f();": "the next line part of the comment",
    "x = 'a\\\nb';": "joins two lines",
    "x = 1; \\": "is not taken",
    "??=include": "is not taken",
    "f();\r}": "is not taken",
    'asm(".incbin \\"x\\"");': "assembler",
    "[[gnu::no_sanitize]] int x;": "attributes",
    "[[gnu:: /**/ constructor]] int x;": "gnu: an .*attributes",
    "[[using gnu : constructor]] int x;": "attributes",
    "f();\n import <vector>;": "^line 2 of the answer: import <: ",
    "testing::Test::HasFailure();": "GoogleTest",
    "extern int x;": "extern",
    "FMT_END_DETAIL_NAMESPACE int x; FMT_BEGIN_DETAIL_NAMESPACE": "reserved",
    "void __REDIRECT(f, (), exit);": "reserved",
    "f(); _Exit(0);": "reserved",
    "x;\nnn::model::check(true, {});": "^line 2 of the answer: ::model: ",
    "namespace m = nn;": "checks it",
    "using namespace model;": "checks it",
    "x = 1\n+ SANITIZED;": "^line 2 of the answer: SANITIZED: ",
}
TAKEN = ["auto c = '{'; auto d = '\\'';", 'auto s = R"x(}{)x";', "1'000'000;",
         "std::vector<::nn::Matrix> y;", "// it's }", '/* " } */ f("}");',
         "const char* s = \"a\\\"b}\";", "auto model = probe; // nn::model::x",
         "__func__; __builtin_expect(x, 1); using namespace std;",
         "f(); // is this right??", "f(); // no (really??)\n", "x ? y : z;",
         "// a path: C:\\\n// and on\nf();", "// C:\\\n\nf();",
         "int testing = module + import;",
         "gnu = clang; arma_sums += arma::arma_rng::randu<float>();",
         "fmt::format(FMT_STRING(\"{}\"), __cplusplus);",
         "__builtin_memcpy(a, b, 4); auto f = [] [[gnu::always_inline]] {};"]


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


class Symbols(unittest.TestCase):
    """Names as object files have them."""

    def test_what_computes_or_prints_is_harmless(self):
        for name in ("_Znwm", "_ZSt4cout", "_ZNSt6vectorIfSaIfEE3endEv",
                     "_ZN3fmt2v97vformatEv", "_ZTVSt9exception", "expf",
                     "memcpy", "sgemm_", "printf", "__cxa_throw", "log1pf",
                     "__tsan_write8", "_ZN2nn12column_sumsEv",
                     "_ZN2nn5model5storeEim"):
            self.assertTrue(symbols.harmless(name), name)

    def test_what_leaves_the_answer_is_not(self):
        for name in ("exit", "_exit", "_Exit", "quick_exit", "fork", "kill",
                     "syscall", "dlsym", "write", "fopen", "socket", "longjmp",
                     "environ", "setrlimit", "pthread_create", "signal", "",
                     "_ZNSt13basic_filebufIcE4openEv", "ptrace", "mmap",
                     "_ZNSt10filesystem6removeEv", "_ZNSt6thread15_M_start_"
                     "threadESt10unique_ptrv", "_ZN2nn5model7exploreEv",
                     "_ZN2nn5probe6Report4lineEv", "_ZSt13set_terminatePFvvE",
                     "__tsan_ignore_thread_begin", "_Unwind_Backtrace"):
            self.assertFalse(symbols.harmless(name), name)


class Objects(unittest.TestCase):
    """Object files of a solution and of answers."""

    def folder(self, text):
        folder = folder_for(self)
        done = subprocess.run(
            os.environ["CXX"].split() + ["-std=c++20", "-O2", "-x", "c++", "-c",
                                         "-", "-o", str(folder / "a.o")],
            input=text, text=True, capture_output=True)
        self.assertEqual(done.stderr, "")
        return folder

    def objection(self, text, solution="int f() { return 1; }"):
        return symbols.Known(self.folder(solution)).objection(
            self.folder(text))

    def test_what_only_computes_is_taken(self):
        self.assertIsNone(self.objection("int f() { return 2; }"))

    def test_what_leaves_or_defines_more_is_not(self):
        self.assertRegex(self.objection(
            'extern "C" void _exit(int); int f() { _exit(0); return 1; }'),
            "nothing such as _exit")
        self.assertRegex(self.objection(
            "int f() { return 1; } int g() { return 1; }"), "defines g()")

    STATIC = """
        inline int g() { volatile int one = 1; return one; }
        namespace arma { template <typename T> struct Datum {
            inline static T inf = g(); }; }
        """

    @unittest.skipIf(sys.platform == "darwin", "objects are not ELF here")
    def test_what_runs_before_it_is_called_is_not_taken(self):
        objection = self.objection(self.STATIC + """
            int f() { struct Early { Early(int) { } int i; };
                      return arma::Datum<Early>::inf.i; }
            """, self.STATIC + "int f() { return 1; }")
        self.assertRegex(objection, "run before it is called")

    def test_constants_of_armadillo_are_taken(self):
        self.assertIsNone(self.objection(
            self.STATIC + "int f() { return arma::Datum<int>::inf; }",
            self.STATIC + "int f() { return g(); }"))

    def test_what_another_object_may_call_this_one_may_not(self):
        known = symbols.Known(self.objects("int f() { return 1; }"))
        self.assertIsNone(known.objection(self.objects(
            "int f() { return 2; }")))
        self.assertRegex(known.objection(self.objects(
            'extern "C" void _exit(int); int f() { _exit(0); return 1; }')),
            "nothing such as _exit")

    def objects(self, text):
        """Of the text, and of what calls _exit()."""
        folder = self.folder(text)
        other = self.folder(
            'extern "C" void _exit(int); void g() { _exit(1); }')
        (other / "a.o").rename(folder / "b.o")
        return folder

    def test_what_cannot_be_listed_is_one_line(self):
        known = symbols.Known(self.folder("int f() { return 1; }"))
        broken = folder_for(self)
        (broken / "a.o").write_text("no object")
        self.assertRegex(known.objection(broken), "^nm cannot read .*files$")
        with mock.patch.object(symbols, "MOST_NAMES", 100):
            self.assertRegex(known.objection(self.folder(
                "namespace " + 100 * "x" + " { int f() { return 1; } }")),
                "far too long")


class Errors(unittest.TestCase):
    """What is told of what a compiler says."""

    HERE = marks.Solution("f", "  ", 9, 13)
    ANSWER = ["  int x;", "  std::sort(x);", "  g();"]

    def told(self, text):
        return check.first_error(text, "a.hpp", self.HERE, self.ANSWER)

    def test_the_line_is_the_answers_and_not_the_trees(self):
        self.assertEqual(self.told(
            "a.hpp: In function:\na.hpp:12:3: error: odd\n"
            "   12 | some other line\n      | ^\n"),
            ("a.hpp:12:3: error: odd", ["line 2 of the answer: std::sort(x);"
                                        ]))

    def test_an_error_in_a_header_leads_to_the_answer(self):
        line, notes = self.told(
            "In file included from b.hpp:1:\nb.hpp: In 'void sort()':\n"
            "a.hpp:12:12:   required from here\nb.hpp:7:1: error: odd\n"
            "    7 | header line\n")
        self.assertEqual(line, "b.hpp:7:1: error: odd")
        self.assertEqual(notes, ["line 2 of the answer: std::sort(x);",
                                 "    7 | header line"])

    def test_the_linker_names_what_is_missing(self):
        self.assertEqual(self.told(
            "/usr/bin/ld: a.o: in function `f()':\na.cpp:(.text+0x1): "
            "undefined reference to `g()'\ncollect2: error: ld returned 1\n"),
            ("error: undefined reference to `g()'", []))

    def test_what_was_not_included_is_explained(self):
        [note] = self.told("b.hpp:1:1: error: 'x' was not declared\n")[1]
        self.assertIn("outside of the marks does not count", note)


class Enclosed(unittest.TestCase):
    """An answer that closes its function is none, whatever closes it."""

    def compiles(self, answer):
        text = "\n".join(["#define LEAVE }", "int f() {"] + screen.enclosed(
            [answer], "a.cpp", 7) + ["}"])
        done = subprocess.run(
            os.environ["CXX"].split() + ["-x", "c++", "-fsyntax-only", "-"],
            input=text, text=True, capture_output=True)
        self.assertNotIn("warning", done.stderr)
        return done.returncode == 0

    def test_only_what_stays_inside_compiles(self):
        self.assertTrue(self.compiles("return 1;"))
        self.assertFalse(self.compiles("return 1; LEAVE int g() { return 2;"))
        self.assertFalse(self.compiles("return nonsense;"))


class StarterTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = starter.Starter(check.ROOT, "01", LAST)

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
            other = starter.Starter(check.ROOT, "01", LAST)
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
        self.assertIn("FOLDERS  := 01_matrix 02_propagation 03_training\n",
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

    def test_a_report_without_end_is_far_too_much(self):
        self.assertEqual(self.outcome("yes >&$1 & sleep 1; kill $!"),
                         probe.Verdict("failed", "what it computes is far "
                                       "too much"))

    def test_what_it_leaves_behind_is_killed(self):
        folder = folder_for(self)
        self.run_script(f"(sleep 1; touch {folder}/late) & exit 0")
        time.sleep(1.5)
        self.assertEqual(os.listdir(folder), [])


class ShortTree(unittest.TestCase):
    def test_a_tree_of_some_chapters_can_be_checked(self):
        folder = folder_for(self) / "tree"
        starter.Starter(check.ROOT, "01", "02").write(str(folder))
        for root in (folder, folder / "tests/coursework/given"):
            tree = exercises.Tree(str(root))
            for e in exercises.EXERCISES:
                self.assertEqual(tree.solution(e) is not None,
                                 e.chapter <= "02", e.name)


class Submissions(unittest.TestCase):
    """What is taken of what was handed in."""

    FILE = "chapters/01_matrix/operations.hpp"
    TEXT = "// BEGIN SOLUTION row_sums\n  mine;\n// END SOLUTION\n"

    def setUp(self):
        self.folder = folder_for(self)

    def write(self, path, text=TEXT):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def answer(self, path=None):
        with submission.opened(str(path or self.folder)) as folder:
            return submission.answer(folder, exercises.named("row_sums"))

    def refused(self, why, path=None):
        with self.assertRaisesRegex(marks.MarkError, why):
            self.answer(path)

    def test_an_answer_is_taken_from_a_folder_or_one_below(self):
        self.write("tree/" + self.FILE)
        self.assertEqual(self.answer(), ["  mine;"])
        self.assertEqual(self.answer(self.folder / "tree"), ["  mine;"])

    def test_links_are_not_followed(self):
        real = self.write("real/operations.hpp")
        (self.folder / "chapters/01_matrix").mkdir(parents=True)
        (self.folder / self.FILE).symlink_to(real)
        self.refused("symbolic link")
        (self.folder / self.FILE).unlink()
        (self.folder / "chapters/01_matrix").rmdir()
        (self.folder / "chapters/01_matrix").symlink_to(real.parent)
        self.refused("operations.hpp: ")

    def test_pipes_folders_and_huge_files_are_not_read(self):
        (self.folder / "chapters/01_matrix").mkdir(parents=True)
        os.mkfifo(self.folder / self.FILE)
        self.refused("no regular file")
        (self.folder / self.FILE).unlink()
        (self.folder / self.FILE).mkdir()
        self.refused("no regular file")
        (self.folder / self.FILE).rmdir()
        self.write(self.FILE, self.TEXT + " " * submission.LARGEST)
        self.refused("too many")

    def test_an_empty_folder_has_no_answer(self):
        self.refused("No such file")

    def test_archives_are_opened(self):
        self.write("tree/" + self.FILE)
        zipped = self.folder / "a.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.write(self.folder / "tree" / self.FILE,
                          "x/y/" + self.FILE)
        self.assertEqual(self.answer(zipped), ["  mine;"])
        tarred = self.folder / "a.tar.gz"
        with tarfile.open(tarred, "w:gz") as archive:
            archive.add(self.folder / "tree", "tree")
        self.assertEqual(self.answer(tarred), ["  mine;"])

    def test_members_that_are_links_or_lead_elsewhere_are_left(self):
        tarred = self.folder / "a.tar"
        with tarfile.open(tarred, "w") as archive:
            link = tarfile.TarInfo(self.FILE)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
            archive.addfile(tarfile.TarInfo("../outside"))
        self.refused("No such file", tarred)
        self.assertEqual(os.listdir(self.folder), ["a.tar"])

    def test_what_is_no_archive_is_one_line(self):
        file = self.write("a.zip", "PK no archive")
        with self.assertRaisesRegex(submission.Unreadable,
                                    "a.zip: neither a folder nor"):
            self.answer(file)

    def test_an_archive_that_takes_hours_is_one_line(self):
        file = self.folder / "a.tar.gz"
        member = tarfile.TarInfo("zeros")
        member.size = 12 << 30
        part = gzip.compress(bytes(64 << 20), 1)
        with open(file, "wb") as archive:
            archive.write(gzip.compress(member.tobuf()))
            for _ in range(member.size // (64 << 20)):
                archive.write(part)
        with mock.patch.object(submission, "SECONDS", 1):
            with self.assertRaisesRegex(submission.Unreadable,
                                        "a.tar.gz: it takes too"):
                self.answer(file)

    def test_a_broken_archive_is_one_line(self):
        zipped = self.folder / "a.zip"
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr(self.FILE, self.TEXT * 100)
        broken = bytearray(zipped.read_bytes())
        broken[60:80] = b"x" * 20
        zipped.write_bytes(broken)
        with self.assertRaisesRegex(submission.Unreadable, r"a\.zip: .+"):
            self.answer(zipped)


class Grading(unittest.TestCase):
    """Submissions of chapter 1, graded whole."""

    @classmethod
    def setUpClass(cls):
        if sandbox.best_level() == "C":
            raise unittest.SkipTest("nothing isolates answers here: install "
                                    "bubblewrap")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        given = starter.Starter(check.ROOT, "01", "01")
        for name in ("untouched", "solved", "hostile"):
            given.write(str(cls.folder / "in" / name))
        solutions = exercises.Tree(check.ROOT)
        for e in exercises.of_chapter("01"):
            write_answer(cls.folder / "in/solved", e.name, solutions.body(e))
        for name, line in HOSTILE.items():
            write_answer(cls.folder / "in/hostile", name, [line])
        (cls.folder / "in/broken.zip").write_text("no archive")
        cls.done = cls.grade()

    @classmethod
    def grade(cls, out=None, **settings):
        return subprocess.run(
            [sys.executable, "tests/coursework/marking/grade.py", "class",
             str(cls.folder / "in"), str(out or cls.folder / "out")],
            cwd=ROOT, text=True, capture_output=True,
            env=os.environ | {"CHAPTERS": "01", "SEED": "7",
                              "MEASURE": "no"} | settings)

    def result(self, name):
        with open(self.folder / "out" / name / "results.json") as file:
            return json.load(file)

    def report(self, name):
        return (self.folder / "out" / name / "report.txt").read_text()

    def test_the_solutions_get_full_marks(self):
        self.assertEqual(self.result("solved")["score"], 58.82)
        text = self.report("solved")
        self.assertIn("solved: 58.82 of 100 points", text)
        self.assertIn("?11.76  row_sums, speed: not measured: MEASURE=no\n",
                      text)
        self.assertIn("?17.65  report: not marked yet\n", text)

    def test_the_untouched_tree_gets_none(self):
        result = self.result("untouched")
        self.assertEqual(result["score"], 0)
        self.assertEqual({t["output"] for t in result["tests"]},
                         {"not attempted", "not marked yet",
                          "the hidden values are not all right"})

    def test_hostile_answers_get_none_and_say_why(self):
        self.assertEqual(self.result("hostile")["score"], 0)
        text = self.report("hostile")
        for why in (r"multiply_right_transposed, visible and hidden values: "
                    r"not taken: ",
                    r"row_sums, visible and hidden values: not taken: .* such "
                    r"as exit",
                    r"column_maxima, visible values: failed: the column",
                    r"one_hot, visible and hidden values: not taken: .*_Exit",
                    r"column_argmax, visible values: "):
            self.assertRegex(text, why)

    def test_hidden_values_are_not_told(self):
        for test in self.result("hostile")["tests"]:
            if ".hidden." in test["number"]:
                self.assertNotIn("expected", test["output"])

    def test_what_cannot_be_read_is_told_and_costs_nobody_else(self):
        self.assertEqual(self.done.returncode, 1)
        self.assertIn("broken: not graded: ", self.done.stdout)
        grades = (self.folder / "out/grades.csv").read_text()
        self.assertEqual(grades, "student,total,01.hidden,01.report,01.speed,"
                         "01.visible\nbroken,not graded\nhostile,0,0,,0,0\n"
                         "solved,58.82,35.29,,,23.53\nuntouched,0,0,,0,0\n")

    def test_no_name_is_a_formula(self):
        self.assertEqual(grade.no_formula("=1+1"), "'=1+1")
        self.assertEqual(grade.no_formula("solved"), "solved")

    def test_graded_again_nothing_changes(self):
        path = self.folder / "out/solved/results.json"
        before = path.stat().st_mtime_ns
        self.grade()
        self.assertEqual(path.stat().st_mtime_ns, before)

    def test_marks_are_for_nobody_else_on_the_machine(self):
        self.assertEqual((self.folder / "out").stat().st_mode & 0o777, 0o700)

    def test_without_chapters_it_goes_on_with_those_of_the_results(self):
        path = self.folder / "out/solved/results.json"
        before = path.stat().st_mtime_ns
        self.grade(CHAPTERS="")
        self.assertEqual(path.stat().st_mtime_ns, before)

    def test_results_of_a_chapter_are_not_dropped(self):
        path = self.folder / "out/solved/results.json"
        before = path.read_text()
        done = self.grade(CHAPTERS="02")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^grade: .*/out: it has results of "
                         "chapter 1, too, which CHAPTERS=02 would drop: name "
                         "another OUT\n$")
        self.assertEqual(path.read_text(), before)

    def test_marks_of_a_chapter_that_is_not_graded_are_told(self):
        out, file = self.folder / "out3", self.folder / "more.csv"
        shutil.copytree(self.folder / "out", out)
        file.write_text("name,chapter,points\nsolved,1,12\nsolved,3,9\n")
        self.assertEqual(self.grade(out, REPORTS=str(file)).stderr,
                         "grade: marks of chapter 3 are kept, and not counted: "
                         "that chapter is not graded now\n")
        self.assertIn("solved,03,9", (out / "reports.csv").read_text())

    def test_marks_of_reports_are_merged_and_kept(self):
        out, file = self.folder / "out2", self.folder / "marks.csv"
        shutil.copytree(self.folder / "out", out)
        file.write_text("name,chapter,points,remark\n"
                        "solved,1,12,\"Clear, but short\"\n")

        def graded(**settings):
            done = self.grade(out, **settings)
            self.assertEqual(done.returncode, 1)  # one cannot be read
            with open(out / "solved/results.json") as results:
                return json.load(results)
        for settings in ({"REPORTS": str(file)}, {}):
            result = graded(**settings)
            [mark] = [t for t in result["tests"]
                      if t["number"] == "01.report"]
            self.assertEqual(mark["score"], 14.117647)
            self.assertEqual(mark["output"],
                             "12 of 15 by hand: Clear, but short")
            self.assertEqual(result["score"], 72.94)
        self.assertIn("solved,72.94,35.29,14.12,,23.53\n",
                      (out / "grades.csv").read_text())

    def test_a_bad_file_of_marks_is_one_line_and_changes_nothing(self):
        file = self.folder / "bad.csv"
        file.write_text("name,chapter,points\nsolved,1,10\nsolved,1,16\n")
        before = (self.folder / "out/solved/results.json").read_text()
        done = self.grade(REPORTS=str(file))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^grade: .*bad.csv:3: 16 points: .*\n$")
        self.assertFalse((self.folder / "out/reports.csv").exists())
        self.assertEqual(
            (self.folder / "out/solved/results.json").read_text(), before)

    def test_without_isolation_nothing_hidden_is_shown(self):
        exercise = exercises.named("row_sums")
        test = grade.test_of(exercise, "hidden", [], 6)
        self.assertNotIn("score", test)
        result = {"tests": [test], "score": 0, "output": ""}
        self.assertEqual(grade.points_of(result, "01.hidden"), "")
        self.assertIn("?6  row_sums, hidden values: not measured",
                      page.report("x", result))

    def test_a_judge_that_cannot_begin_leaves_nothing(self):
        place = folder_for(self)
        with mock.patch.object(tempfile, "tempdir", str(place)):
            with mock.patch.object(judge.Judge, "lay_out_built",
                                   side_effect=OSError("full")):
                with self.assertRaises(OSError):
                    with judge.Judge([], 1, 1):
                        pass
        self.assertEqual(os.listdir(place), [])

    def test_a_class_keeps_the_seed_that_its_results_have(self):
        done = self.grade(SEED="")
        self.assertIn("solved: 58.82\n", done.stdout)
        self.assertEqual(self.result("solved")["extra_data"]["seed"], 7)

    def test_results_with_several_seeds_want_one_named(self):
        with tempfile.TemporaryDirectory() as out:
            for name, seed in (("solved", 7), ("untouched", 8)):
                os.mkdir(Path(out, name))
                Path(out, name, "results.json").write_text(
                    json.dumps({"extra_data": {"seed": seed}}))
            done = self.grade(out, SEED="")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^grade: .* 2 seeds: .*SEED=7\n$")

    def test_results_never_go_among_the_submissions(self):
        done = self.grade(self.folder / "in" / ".." / "in")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^grade: .*OUT must be another.*\n$")
        self.assertFalse((self.folder / "in/grades.csv").exists())

    def test_bad_settings_are_one_line(self):
        for settings in ({"SEED": "-1"}, {"SEED": "x"}, {"CHAPTERS": "7"}):
            done = self.grade(**settings)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, r"^grade: (SEED|CHAPTERS)=.*\n$")


class HostileSubmissions(unittest.TestCase):
    @unittest.skipIf(os.environ.get("SELFTEST") == "whole",
                     "who says so runs the whole one")
    def test_the_short_self_test_passes(self):
        done = subprocess.run(
            [sys.executable, "tests/coursework/trials/selftest.py", "--short"],
            cwd=ROOT, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        print(done.stdout)
        for line in done.stdout.split("\n"):
            if ": SKIPPED: " in line:
                print("NOTE: self-test,", line.strip(), file=sys.__stdout__)
        self.assertEqual(done.returncode, 0, done.stdout)


HOSTILE = {
    "multiply_right_transposed": "} int main() { return 0; ",
    "row_sums": 'std::cout << "[  PASSED  ] 5 tests.\\n"; std::exit(0);',
    "column_maxima": "maxima.assign(A.n_cols, NAN);",
    "one_hot": "std::_Exit(0);",
    "column_argmax": "std::vector<std::uint8_t> all(1ull << 40); return all;",
}


def write_answer(root, name, lines):
    path = root / exercises.named(name).file
    text = path.read_text()
    [solution] = [s for s in marks.solutions(str(path), text)
                  if s.name == name]
    path.write_text(marks.replace(text, [(solution, lines)]))


ANSWERS = {
    "multiply_right_transposed":
        "volatile bool on = true; while (on) C.zeros();",
    "row_sums": "sums.zeros(A.n_rows);",
    "column_maxima": "std::abort();",
    # GCC may leave out a store to a null pointer that it sees.
    "one_hot": "volatile std::uintptr_t nowhere = 0; "
               "*reinterpret_cast<volatile int*>(nowhere) = 1;",
    "column_argmax": "return nonsense;",
}


class StudentsLoop(unittest.TestCase):
    """Answers in a student's tree, with what is built here for headers."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name) / "tree"
        starter.Starter(check.ROOT, "01", LAST).write(str(cls.root))
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
        write_answer(self.root, name, lines)

    def test_an_untouched_tree_has_no_points(self):
        for chapter in (folder[:2] for folder in exercises.FOLDERS):
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
                r"crashed +column_maxima: it ended with SIGABRT",
                r"crashed +one_hot: it ended with SIGSEGV",
                r"does not compile +column_argmax: chapters/01_matrix/"
                r"operations.hpp:\d+:\d+: error: .*nonsense",
                r"\n +line 1 of the answer: return nonsense;\n",
                r"included outside of the marks does not count",
                r"Next: multiply_right_transposed in "
                r"chapters/01_matrix/products.hpp"):
            self.assertRegex(text, line)

    def test_what_the_judge_does_not_take_is_not_taken_at_home(self):
        self.answer("coin_comes_up", ["  std::thread([] {}).join();",
                                      "  return true;"])
        self.assertRegex(self.call("check", "04"), "not taken +coin_comes_up: "
                         "an answer computes; it calls nothing such as std::")

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
        self.assertRegex(text, "Next: softmax in .*: what stands above")
        self.assertRegex(self.call("hint", "02"), "^softmax was not tried: ")

    def test_hints_come_one_at_a_time(self):
        self.call("check", "05")
        first = self.call("hint", "05")
        self.assertRegex(first, "^take, hint 1 of ")
        self.assertNotEqual(self.call("hint", "05"), first)


# Thread safety, speed and reports: their tests run with these.
from trials.dynamics_test import *  # noqa: E402, F401, F403

if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len({getattr(test, "test_case", test)
               for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
