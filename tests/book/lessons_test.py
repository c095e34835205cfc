"""Tests lessons.py on small trees in a temporary folder.

Prints what fails, and ends with "N passed, M failed".
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import figures
import lessons
import outputs
import screens

PAGE = "chapters/01_a/README.md"
SOURCE = "chapters/01_a/a.hpp"
CODE = """\
#pragma once

// [SUM]
int sum(int a, int b) {
  return a + b;
}
// [/SUM]
"""
LESSON = f"""\
# One

<!-- code: {SOURCE} SUM -->
```cpp
```
"""


class Tree(unittest.TestCase):
    """A root with one chapter, its lesson in order."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write(SOURCE, CODE)
        self.write(PAGE, LESSON)
        self.call("refresh")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def append(self, path, text):
        self.write(path, self.read(path) + text)

    def read(self, path=PAGE):
        return (self.root / path).read_text()

    def change(self, old, new, path=PAGE):
        self.assertIn(old, self.read(path))
        self.write(path, self.read(path).replace(old, new))

    def call(self, *words):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = lessons.main([*words, "--root", str(self.root)])
        self.said = out.getvalue()
        return status

    def run_block(self, marker, text=""):
        self.append(PAGE, f"\n<!-- run: {marker} -->\n```text\n{text}```\n")

    def passes(self, *words):
        self.assertEqual(self.call("check", *words), 0, self.said)
        self.assertTrue(self.said.endswith(" passed, 0 failed\n"), self.said)

    def fails(self, where, *what, words=("check",), status=1):
        """Fails with one line, which begins with `where` and says `what`."""
        self.assertEqual(self.call(*words), status, self.said)
        lines = [line for line in self.said.splitlines()
                 if not line.endswith(" failed")]
        self.assertEqual(len(lines), 1, self.said)
        self.assertTrue(lines[0].startswith(where + ": "), lines[0])
        for text in what:
            self.assertIn(text, lines[0])

    def refuses(self, where, *what, status=2):
        """`make lessons` fails, and no page is changed."""
        before = self.read()
        self.fails(where, *what, words=("refresh",), status=status)
        self.assertEqual(self.read(), before)
        self.assertEqual(list(self.root.rglob("*.part")), [])


class Code(Tree):
    def test_shows_the_region_under_a_link_to_its_file(self):
        self.assertEqual(self.read(), f"""\
# One

<!-- code: {SOURCE} SUM -->
[`{SOURCE}`](a.hpp)

```cpp
int sum(int a, int b) {{
  return a + b;
}}
```
""")
        self.passes()

    def test_a_stale_block_fails_and_is_refreshed(self):
        self.change("a + b", "b + a", SOURCE)
        self.fails(f"{PAGE}:3", "this copy is stale", "'make lessons'")
        self.assertEqual(self.call("refresh"), 0)
        self.assertIn("b + a", self.read())
        self.passes()

    def test_a_stale_caption_fails(self):
        self.change("](a.hpp)", "](README.md)")
        self.fails(f"{PAGE}:3", "this copy is stale")

    def test_names_the_class_and_function_around_the_region(self):
        self.write(SOURCE, """\
template <class T>
class Deque {
 public:
  void push(T item,
            int count) {
    items.visit([&](int i) {
      if (f(i)) {
        // [PUSH]
        add(item);

          // why
        // [/PUSH]
      }
    });
  }
};
""")
        self.change(" SUM ", " PUSH ")
        self.call("refresh")
        self.assertIn("(a.hpp), in `Deque::push`\n", self.read())
        self.assertIn("cpp\nadd(item);\n\n  // why\n```", self.read())

    def test_a_region_may_lie_in_another_and_counts_as_shown(self):
        self.change("  return", "\n  // [IN]\n\n  return", SOURCE)
        self.change("+ b;", "+ b;\n  // [/IN]", SOURCE)
        self.call("refresh")
        self.assertIn("b) {\n\n  return a + b;\n}", self.read())
        self.passes()

    def test_a_block_may_be_indented(self):
        self.write(PAGE, "1. One\n\n   " + LESSON.split("\n", 2)[2].replace(
            "\n`", "\n   `"))
        self.call("refresh")
        self.assertIn("\n   int sum(int a, int b) {\n     return", self.read())
        self.passes()

    def test_a_makefile_has_regions_too(self):
        self.write("common/make/more.mk", "# [ALL]\nall: a\n\tb\n# [/ALL]\n")
        self.change(f"{SOURCE} SUM", "common/make/more.mk ALL")
        self.change("// [SUM]", "", SOURCE)
        self.change("// [/SUM]", "", SOURCE)
        self.call("refresh")
        self.assertIn("all: a\n\tb\n```", self.read())
        self.passes()

    def test_a_missing_region_fails(self):
        self.change(" SUM -->", " SUMM -->")
        self.call()
        self.assertIn(f"{PAGE}:3: {SOURCE} has no region 'SUMM', but SUM; ",
                      self.said)
        self.refuses(f"{PAGE}:3", "has no region 'SUMM'")

    def test_a_missing_file_fails(self):
        self.change("a.hpp SUM", "b.hpp SUM")
        self.refuses(f"{PAGE}:3", "there is no file 'chapters/01_a/b.hpp'")

    def test_an_unclosed_region_fails(self):
        self.append(SOURCE, "// [MORE]\n")
        self.fails(f"{SOURCE}:8", "never closed", "add // [/MORE]")
        self.refuses(f"{SOURCE}:8", "never closed")

    def test_an_unopened_region_fails(self):
        self.append(SOURCE, "// [/MORE]\n")
        self.fails(f"{SOURCE}:8", "[/MORE] closes no region")

    def test_a_region_marked_twice_fails(self):
        self.append(SOURCE, "// [SUM]\n")
        self.fails(f"{SOURCE}:8", "two regions SUM")

    def test_a_region_shown_nowhere_fails(self):
        self.append(SOURCE, "// [MORE]\n// [/MORE]\n")
        self.fails(f"{SOURCE}:8", "no lesson shows region MORE",
                   f"write <!-- code: {SOURCE} MORE -->")

    def test_a_chapter_without_code_blocks_may_leave_regions_unshown(self):
        self.write("chapters/02_b/README.md", "# Two\n")
        self.write("chapters/02_b/b.cpp", CODE)
        self.write("common/c.cpp", CODE)
        self.passes()

    def test_common_is_asked_from_its_first_shown_region_on(self):
        self.write("common/c.cpp", CODE)
        self.write("common/d.cpp", CODE)
        self.append(PAGE, LESSON.replace(SOURCE, "common/c.cpp"))
        self.call("refresh")
        self.fails("common/d.cpp:3", "no lesson shows region SUM")


class Marker(Tree):
    def test_a_misspelt_one_fails(self):
        for bad in ("<!-- cod: x Y -->", "<!-- code x Y -->",
                    "<!-- Run: x -->", "<!-- code: x Y", "<!-- show: x -->"):
            with self.subTest(bad):
                self.write(PAGE, f"{LESSON}\n{bad}\n```\n```\n")
                self.refuses(f"{PAGE}:7", "this is not a marker",
                             "write <!-- code: FILE REGION -->")

    def test_one_without_a_block_fails(self):
        self.append(PAGE, "\n<!-- run: true -->\nText\n")
        self.refuses(f"{PAGE}:12", "no fenced block", "write ```text")
        self.fails(f"{PAGE}:12", "no fenced block")

    def test_one_within_a_line_fails(self):
        self.append(PAGE, "- <!-- run: true -->\n")
        self.refuses(f"{PAGE}:11", "on a line of its own")

    def test_an_unclosed_fence_fails(self):
        self.append(PAGE, "````text\n```\n")
        self.fails(f"{PAGE}:11", "never closed", "add ```` below")
        self.refuses(f"{PAGE}:11", "never closed")

    def test_an_unclosed_comment_fails(self):
        self.append(PAGE, "<!-- note\n")
        self.refuses(f"{PAGE}:11", "never closed", "add -->")

    def test_an_unknown_option_fails(self):
        for bad in ("tolerence: 1", "tolerance: x", "tolerance: 2 percent",
                    "status: bad", "exact: 1", "head -3"):
            with self.subTest(bad):
                self.write(PAGE, LESSON)
                self.run_block(f"true | {bad}")
                self.refuses(f"{PAGE}:7", f"'{bad}' is no option",
                             "write tolerance: 2% 0.5")

    def test_an_example_in_a_block_or_in_code_is_none(self):
        self.append(PAGE, "`<!-- run: x -->`\n\n````\n<!-- code: -->\n````\n")
        self.append(PAGE, "<!-- A note\nin two lines. -->\n")
        self.passes()


class Output(Tree):
    def record(self, marker, script=None):
        """Writes a block, and has it recorded."""
        if script:
            self.write("tool", script)
        self.run_block(marker)
        self.assertEqual(self.call("refresh"), 0, self.said)

    def test_is_recorded_below_its_command(self):
        self.record("echo 1 && echo 2 >&2")
        self.assertIn("```text\n$ echo 1 && echo 2 >&2\n1\n2\n```",
                      self.read())
        self.passes()

    def test_changed_text_fails_at_its_line_and_is_refreshed(self):
        self.record("sh tool", "echo one; echo two; echo three")
        self.write("tool", "echo one; echo too; echo three")
        self.fails(f"{PAGE}:16", "'sh tool' now prints 'too' here",
                   "'make lessons'")
        self.call("refresh")
        self.assertIn("one\ntoo\nthree", self.read())

    def test_fewer_or_more_lines_fail(self):
        self.record("sh tool", "echo one; echo two")
        self.write("tool", "echo one")
        self.fails(f"{PAGE}:16", "now prints nothing here")
        self.write("tool", "echo one; echo two; echo three")
        self.fails(f"{PAGE}:17", "now prints 'three' here")

    def test_a_number_beyond_its_tolerance_fails(self):
        for tolerance, old, good, bad in (
                ("0.1", "97.3%", "97.4%", "97.41%"),
                ("20", "1,000", "1,020", "1,021"),
                ("2%", "-1e-05", "-1.02e-05", "1e-05"),
                ("2% 0.5", "0 of 100", "0.5 of 102", "0.6 of 102"),
                ("any", "3 ok", "9000.5 ok", "9000.5 no")):
            with self.subTest(f"{tolerance} {old}"):
                self.write(PAGE, LESSON)
                self.record(f"cat tool | tolerance: {tolerance}", old)
                self.write("tool", good)
                self.passes()
                self.write("tool", bad)
                self.fails(f"{PAGE}:15", f"now prints '{bad}'", "tolerance:")

    def test_without_a_tolerance_numbers_are_equal(self):
        self.record("cat tool", "loss 0.25")
        self.write("tool", "loss 0.26")
        self.fails(f"{PAGE}:15", "now prints 'loss 0.26'")

    def test_the_command_is_no_number(self):
        self.record("echo 3 | tolerance: any")
        self.change("echo 3 |", "echo 4 |")
        self.fails(f"{PAGE}:12", "this is not what 'echo 4' prints")
        self.call("refresh")
        self.passes()

    def test_a_name_with_a_digit_is_no_number(self):
        self.record("cat tool | tolerance: any", "W1")
        self.write("tool", "W2")
        self.fails(f"{PAGE}:15", "now prints 'W2'")

    def test_times_and_rates_may_differ(self):
        for old, new in (("0.42 s", "10.3 s"), ("3.1 ms", "80.0 us"),
                         ("59.9 s.", "2 min 05 s."), ("1 h 02 min", "3.0 s"),
                         ("12,345 images/s", "9.5 images/s"),
                         ("84.3 GFLOP/s", "101 GFLOP/s")):
            with self.subTest(f"{old}, {new}"):
                self.write(PAGE, LESSON)
                self.record("cat tool", f"took {old}\n")
                self.write("tool", f"took {new}\n")
                self.passes()

    def test_a_table_may_be_wider_only_where_a_number_changed(self):
        self.record("cat tool", "a  time\n-  ------\n1  0.42 s\n")
        self.write("tool", "a     time\n-  -------\n1   10.4 s\n")
        self.passes()
        self.write("tool", "a   time\n-  ------\n1  0.42 s\n")
        self.fails(f"{PAGE}:15", "now prints 'a   time'")

    def test_a_digest_is_compared_only_when_exact(self):
        self.record("cat tool", "digest 0123456789abcdef")
        self.write("tool", "digest 9876543210fedcba")
        self.passes()
        self.change("cat tool -->", "cat tool | exact -->")
        self.fails(f"{PAGE}:15", "now prints 'digest 9876543210fedcba'")

    def test_a_time_is_compared_only_when_exact(self):
        self.record("cat tool | exact", "busy 0.42 s, 9 images/s\n")
        self.passes()
        self.write("tool", "busy 0.43 s, 9 images/s\n")
        self.fails(f"{PAGE}:15", "now prints 'busy 0.43 s")

    def test_an_unchecked_picture_may_be_any(self):
        self.record("cat tool | unchecked", "##..\n")
        self.write("tool", "#.#.\n....\n")
        self.passes()
        (self.root / "tool").unlink()
        self.fails(f"{PAGE}:12", "exits with 1")

    def test_shows_what_lies_between_two_texts(self):
        self.record("cat tool | from: b | to: d", "a\nb\nc\nd\ne\n")
        self.assertIn("tool\n...\nb\nc\nd\n...\n```", self.read())
        self.write("tool", "a\nx\nb\nc\nd\ne\n")
        self.passes()
        self.write("tool", "a\nb\nc\n")
        self.fails(f"{PAGE}:12", "prints no line with 'd'", "correct to:")

    def test_refuses_a_range_that_ends_in_its_first_line(self):
        self.record("cat tool | from: 8 | to: 8", "as 8  as 9\n8\n9\n")
        self.assertIn("tool\nas 8  as 9\n...\n```", self.read())
        self.run_block("cat tool | from: as 8 | to: 9")
        self.refuses(f"{PAGE}:19", "has '9' already", "another text for to:",
                     status=1)

    def test_shows_several_ranges(self):
        self.record("cat tool | to: a | from: c | to: d", "a\nb\nc\nd\ne\n")
        self.assertIn("tool\na\n...\nc\nd\n...\n```", self.read())
        self.passes()
        self.write("tool", "a\nb\nd\nc\n")
        self.fails(f"{PAGE}:12", "prints no line with 'd'", "correct to:")

    def test_a_schedule_may_be_another_but_not_what_is_around_it(self):
        self.record("cat tool | schedule", "worker 0  ##==##...\n"
                    "          0 2 4\nworker 1  ##====##.\n2 tasks\n")
        self.write("tool", "worker 0  ==##=====\n          3   17\n"
                   "worker 1  ..##==##=\n2 tasks\n")
        self.passes()
        self.change("2 tasks", "3 tasks", "tool")
        self.fails(f"{PAGE}:18", "now prints '3 tasks'")
        self.change("worker 1", "thread 1", "tool")
        self.fails(f"{PAGE}:17", "now prints 'thread 1")

    def test_agreeing_output_is_left_as_it_was_recorded(self):
        self.record("cat tool | tolerance: 1", "3 in 0.42 s\n")
        before = self.read()
        self.write("tool", "4 in 0.99 s\n")
        self.call("refresh")
        self.assertEqual(self.read(), before)

    def test_a_failing_command_leaves_all_pages_as_they_were(self):
        self.change("a + b", "b + a", SOURCE)
        self.run_block("echo oops; exit 3")
        self.refuses(f"{PAGE}:12", "'echo oops; exit 3' exits with 3",
                     "'oops'", "status: 3", status=1)

    def test_a_status_may_be_expected(self):
        self.record("echo bad; exit 2 | status: 2")
        self.passes()
        self.change("exit 2", "exit 0")
        self.refuses(f"{PAGE}:12", "exits with 0", "status: 0", status=1)

    def test_output_with_a_fence_is_refused(self):
        self.write("tool", "```\n")
        self.run_block("cat tool")
        self.refuses(f"{PAGE}:12", "has ``` itself", status=1)

    def test_a_program_that_is_not_built_fails(self):
        self.run_block("./chapter01 --largest 8")
        self.refuses(f"{PAGE}:12", "chapter01 is not built; 'make chapter01'")
        self.fails(f"{PAGE}:12", "'make chapter01' builds it")

    def test_a_slow_command_runs_when_slow_ones_are_asked_for(self):
        self.record("sh tool | slow", "echo one")
        self.write("tool", "echo two")
        self.passes()
        self.call("refresh")
        self.assertIn("one", self.read())
        self.fails(f"{PAGE}:15", "now prints 'two'", words=("check", "--slow"))
        self.call("refresh", "--slow")
        self.assertIn("two", self.read())

    def test_what_slow_commands_need_runs_before_them(self):
        self.record("sh tool > made && cat made | always", "echo one")
        self.passes("--slow")
        self.write("tool", "echo two\n")
        self.fails(f"{PAGE}:15", "now prints 'two'", words=("check", "--slow"))
        self.fails(f"{PAGE}:15", "now prints 'two'")

    def test_a_slow_command_that_changed_fails_at_once(self):
        self.record("echo 1 | slow")
        self.change("echo 1 |", "echo 2 |")
        self.fails(f"{PAGE}:12", "this is not what 'echo 2' prints")
        self.call("refresh")
        self.assertIn("$ echo 2\n2\n", self.read())

    def test_a_command_that_hangs_is_ended(self):
        self.addCleanup(setattr, outputs, "LIMIT", outputs.LIMIT)
        outputs.LIMIT = 1
        self.run_block("sleep 60; true")
        start = time.monotonic()
        self.refuses(f"{PAGE}:12", "takes over 1 s", "slow", status=1)
        self.assertLess(time.monotonic() - start, 30)

    def test_one_lesson_alone_can_be_run(self):
        self.write("chapters/02_b/README.md", "# Two\n")
        self.record("sh tool | slow", "echo one")
        self.write("tool", "exit 1")
        self.passes("--slow", "2")
        self.passes("--slow", "chapters/02_b/README.md")
        self.fails(f"{PAGE}:12", "exits with 1", words=("check", "--slow", "1"))
        self.fails("make: LESSON=33", "there is no such lesson",
                   words=("refresh", "33"), status=2)

    def test_commands_see_neither_make_nor_colours_nor_a_terminal(self):
        os.environ.update(MAKEFLAGS="-j", MNIST_DIR="/x")
        self.addCleanup(os.environ.pop, "MAKEFLAGS", None)
        self.addCleanup(os.environ.pop, "MNIST_DIR", None)
        self.record("echo \"$COLUMNS $NO_COLOR $LC_ALL [$MAKEFLAGS$MNIST_DIR]"
                    "\"; test -t 1 || echo none")
        self.assertIn("\n80 1 C.UTF-8 []\nnone\n", self.read())

    def test_files_of_a_command_are_there_for_the_next_one_only(self):
        self.run_block("echo saved >model")
        self.record("cat model")
        self.assertIn("$ cat model\nsaved\n", self.read())
        self.assertFalse((self.root / "model").exists())

    def test_real_mnist_is_there_only_when_asked_for(self):
        self.write("data/mnist/images", "real\n")
        self.run_block("cat data/mnist/images | mnist")
        self.record("ls data")
        self.assertIn("images\nreal\n```", self.read())
        self.assertIn("$ ls data\n```", self.read())
        (self.root / "data/mnist/images").unlink()
        (self.root / "data/mnist").rmdir()
        self.passes()
        self.assertIn(f"NOTE: {PAGE}:12 ", self.said)


class Screen(Tree):
    SVG = "docs/figures/run.svg"
    BOLD_AND_BAR = "printf '\\033[1mhello\\033[0m <&> \\033[36m█\\033[0m\\n'"

    def record(self, marker):
        self.mark(marker)
        (self.root / "docs/figures").mkdir(parents=True, exist_ok=True)
        self.assertEqual(self.call("refresh"), 0, self.said)

    def mark(self, marker):
        self.append(PAGE, f"\n<!-- screen: {marker} -->\n"
                    f"![A run](../../{self.SVG})\n")

    def test_is_drawn_with_its_styles(self):
        self.write("tool", self.BOLD_AND_BAR)
        self.record("sh tool")
        picture = self.read(self.SVG)
        ElementTree.fromstring(picture)
        self.assertIn('>$ sh tool</text>', picture)
        self.assertRegex(picture, '<text class="bold" .*>hello</text>')
        self.assertRegex(picture, '<text x=.*>&lt;&amp;&gt;</text>')
        self.assertRegex(picture, '<rect class="cyan" .* width="8.4"')
        self.assertIn("prefers-color-scheme: dark", picture)
        self.passes()

    def test_runs_on_a_terminal_of_its_width_in_colours(self):
        self.record("test -t 1 && tput colors; stty size; "
                    "echo \"$TERM [$NO_COLOR]\" | columns: 61")
        for text in (">8<", ">24 61<", ">xterm []<"):
            self.assertIn(text, self.read(self.SVG))

    def test_lines_that_are_drawn_over_are_not_shown(self):
        self.record(r"printf 'one\ntwo\n\033[1A\r\033[Jthree\n'")
        self.assertEqual(["one", "three"],
                         screens.read(self.read(self.SVG))[1:])

    def test_changed_text_fails_and_is_drawn_again(self):
        self.write("tool", self.BOLD_AND_BAR)
        self.record("sh tool | slow")
        self.change("hello", "goodbye", "tool")
        self.passes()
        self.fails(f"{PAGE}:12", "line 2 of the picture", "now prints "
                   "'goodbye <&> █'", words=("check", "--slow"))
        self.call("refresh", "--slow")
        self.assertIn(">goodbye<", self.read(self.SVG))
        self.passes("--slow")

    def test_a_style_is_no_difference(self):
        self.write("tool", self.BOLD_AND_BAR)
        self.record("sh tool")
        self.change("[1m", "[2m", "tool")
        self.passes()

    def test_another_command_fails(self):
        self.record("echo 1 | slow")
        self.change("echo 1", "echo 2")
        self.fails(f"{PAGE}:12", "this is not what 'echo 2' prints")

    def test_one_that_is_drawn_otherwise_fails_and_is_drawn_again(self):
        self.record("echo 1 | slow")
        before = self.read(self.SVG)
        self.change("#1f2328", "#ff0000", self.SVG)
        self.fails(f"{PAGE}:12", f"{self.SVG} is no longer drawn so")
        self.call("refresh")
        self.assertEqual(self.read(self.SVG), before)

    def test_a_marker_without_a_picture_fails(self):
        self.append(PAGE, "\n<!-- screen: true -->\nText\n")
        self.fails(f"{PAGE}:12", "no picture stands below this marker")

    def test_a_failing_command_leaves_the_picture_as_it_was(self):
        self.write("tool", "hello")
        self.record("cat tool")
        before = self.read(self.SVG)
        (self.root / "tool").unlink()
        self.refuses(f"{PAGE}:12", "exits with 1", status=1)
        self.assertEqual(self.read(self.SVG), before)

    def test_one_that_is_gone_is_drawn_again(self):
        self.record("echo 1 | slow")
        (self.root / self.SVG).unlink()
        self.call("check")
        self.assertIn("this is not what 'echo 1' prints", self.said)
        self.call("refresh")
        self.passes()


class Link(Tree):
    def link_fails(self, line, *what):
        before = self.read()
        self.append(PAGE, f"\n{line}\n")
        self.fails(f"{PAGE}:12", *what)
        self.write(PAGE, before)

    def test_a_dead_one_fails(self):
        for line in ("See [it](b.hpp).", "![A curve](curve.svg)", "[b]: b.hpp",
                     '<img alt="x" src="b.hpp">', "[o](../../..)",
                     "[![x](b.svg)](a.hpp)", '[x](<b.md> "Title")'):
            with self.subTest(line):
                self.link_fails(line, "leads nowhere", "correct it")

    def test_one_from_the_root_fails(self):
        self.link_fails("[it](/README.md)", "write a relative path")

    def test_a_dead_anchor_fails(self):
        self.write("docs/n.md", "# Notation\n")
        self.link_fails("[it](#onne)", "makes '#onne'", "nearest is one")
        self.link_fails("[it](../../docs/n.md#x)", "heading of docs/n.md")

    def test_the_living_pass(self):
        self.append(PAGE, """
## What it prints, `A'` & all: W_1 _so_
## Same
## Same
<a id="own"></a>

[a](a.hpp) [b](../01_a/README.md#own) [c](#same-1) [d](https://x.y/z) [f](.)
[e](#what-it-prints-a--all-w_1-so) [g](mailto:a@b.c) `[h](none.md)`
""")
        self.passes()

    def test_other_pages_are_checked_too(self):
        self.write("CONTRIBUTING.md", "# C\n\n[it](none.md)\n")
        self.write("build/x.md", "[it](none.md)\n")
        self.fails("CONTRIBUTING.md:3", "leads nowhere")


class Figure(Tree):
    DATA = "docs/figures/curve.csv"
    PICTURE = "docs/figures/curve.svg"
    SCRIPT = "docs/plots/curve.gp"

    def setUp(self):
        super().setUp()
        for path in (self.SCRIPT, "docs/plots/style.gp",
                     "docs/plots/draw.py"):
            self.write(path, "plot\n")
        self.record()

    def record(self):
        self.write(self.DATA, "# command: ./chapter03\n# commit: 18ce806\n"
                   "# machine: a PC\n# sources: "
                   f"{figures.stamp(self.root, [SOURCE])}\nx,y\n1,2\n")
        self.draw()

    def draw(self):
        sources = figures.drawn_from(self.root, "curve")
        self.write(self.PICTURE, f"<svg>\n<!-- sources: {sources} -->\n</svg>")

    def test_passes_while_its_sources_are_as_recorded(self):
        self.passes()

    def test_fails_when_its_code_has_changed(self):
        self.append(SOURCE, "int more();\n")
        self.fails(f"{self.DATA}:4", f"{SOURCE} has changed",
                   "'make figures-data FIGURE=curve'")

    def test_comments_and_blank_lines_of_its_code_may_change(self):
        self.append(SOURCE, "\n// more\n")
        self.passes()

    def test_fails_when_its_code_is_gone(self):
        self.change(SOURCE, "b.hpp", self.DATA)
        self.draw()
        self.fails(f"{self.DATA}:4", "'b.hpp' is gone")

    def test_fails_without_its_machine(self):
        self.change("# machine", "# computer", self.DATA)
        self.draw()
        self.fails(f"{self.DATA}:1", "no line '# machine: ...'")

    def test_fails_when_the_picture_is_older_than_the_data(self):
        self.change("1,2", "1,3", self.DATA)
        self.fails(f"{self.PICTURE}:2", f"{self.DATA} has changed",
                   "'make figures'")

    def test_fails_when_the_picture_is_older_than_its_script(self):
        self.change("plot", "replot", self.SCRIPT)
        self.fails(f"{self.PICTURE}:2", f"{self.SCRIPT} has changed")

    def test_fails_when_there_is_no_picture(self):
        (self.root / self.PICTURE).unlink()
        self.fails(f"{self.PICTURE}:1", "the picture is missing",
                   "'make figures'")

    def test_fails_when_the_picture_does_not_say_where_it_is_from(self):
        self.write(self.PICTURE, "<svg></svg>")
        self.fails(f"{self.PICTURE}:1", "does not say what it was drawn from")


class Writing(Tree):
    def test_a_page_changed_meanwhile_is_left_alone(self):
        self.run_block(f"echo mine >>{self.root}/{PAGE}")
        self.assertEqual(self.call("refresh"), 1)
        self.assertIn("somebody changed this page", self.said)
        self.assertTrue(self.read().endswith("```\nmine\n"))
        self.assertEqual(list(self.root.rglob("*.part")), [])

    def test_keeps_mode_line_ends_and_strange_bytes(self):
        file = self.root / PAGE
        data = b"caf\xe9 \r\n" + LESSON.encode()
        file.write_bytes(data)
        file.chmod(0o640)
        self.assertEqual(self.call("refresh"), 0)
        self.assertTrue(file.read_bytes().startswith(data[:20]))
        self.assertEqual(file.stat().st_mode & 0o777, 0o640)

    def test_an_interrupt_ends_the_commands_and_changes_nothing(self):
        self.run_block("echo $$ >$ROOT/pid; sleep 60; true")
        before = self.read()
        # What runs in the background of a script ignores interrupts, and so
        # would what it starts.
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(
            signal.SIGINT, signal.default_int_handler))
        process = subprocess.Popen(
            [sys.executable, lessons.__file__, "refresh", "--root", self.root],
            env=os.environ | {"ROOT": str(self.root)})
        while not (self.root / "pid").exists() or not self.read("pid"):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 130)
        self.assertEqual(self.read(), before)
        with self.assertRaises(ProcessLookupError):
            os.kill(int(self.read("pid")), 0)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len({getattr(test, "test_case", test)
               for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
