"""What docs/build.sh makes of good and bad input, on a book of one page."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSON = "chapters/01_matrix/README.md"
HEADER = "chapters/01_matrix/matrix.hpp"
SAMPLE = {
    "README.md": "# The book\n\nSee [one](chapters/01_matrix/README.md).\n",
    "CONTRIBUTING.md": "# Contributing\n",
    "data/README.md": "# The data\n",
    "docs/notation.md": "# Notation\n",
    "common/error.hpp": "namespace nn {\n\n/// A fault.\nint fault();\n\n"
                        "}  // namespace nn\n",
    LESSON: "# Chapter 1: One\n\nText.\n",
    HEADER: "namespace nn {\n\n/// A matrix.\nstruct Matrix {};\n\n"
            "}  // namespace nn\n",
    "tests/some_test.cpp": "int main() {}\n",
}


class Book(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        shutil.copytree(ROOT / "docs/site", self.root / "docs/site")
        for name in ("Doxyfile", "build.sh"):
            shutil.copy(ROOT / "docs" / name, self.root / "docs")
        for path, text in SAMPLE.items():
            self.write(path, text)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def build(self, **environment):
        done = subprocess.run(["sh", self.root / "docs/build.sh"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=os.environ | environment)
        self.said = done.stdout
        return done.returncode

    def lesson(self, text):
        """The page that becomes of a lesson."""
        self.write(LESSON, "# Chapter 1: One\n\n" + text)
        self.assertEqual(0, self.build(), self.said)
        return self.page("chapter01.html")

    def page(self, name):
        return (self.root / "build/docs/html" / name).read_text("utf-8")

    def fails_with(self, text):
        self.assertNotEqual(0, self.build())
        self.assertIn(text, self.said)
        self.assertEqual(1, self.said.count("\n"), self.said)


class AGoodBook(Book):
    def test_formulas_are_formulas_but_in_code(self):
        page = self.lesson("So $W'x$ for $3 or $5.\n\n$$\n\\sum_i x_i < 1\n$$\n"
                           "\n`$a$` and\n\n```sh\necho $HOME $b$\n```\n"
                           "\n```math\nE = mc^2\n```\n")
        self.assertIn("So \\(W&#39;x\\) for $3 or $5.", page)
        self.assertIn("\\[\n\\sum_i x_i &lt; 1\n\\]", page)
        self.assertIn("\\[\nE = mc^2\n\\]", page)
        self.assertIn("<code>$a$</code>", page)
        self.assertIn("echo $HOME $b$", page)

    def test_markers_do_not_show_and_marks_of_doxygen_are_text(self):
        page = self.lesson("<!-- code: some.cpp REGION -->\n```cpp\nint i;\n"
                           "```\n\nA \\file and @mail.\n")
        self.assertNotIn("REGION", page)
        self.assertIn("A \\file and @mail.", page)

    def test_answers_fold_whole(self):
        page = self.lesson("<details><summary>The `answer`</summary>\n\nOne."
                           "\n\n- Two.\n\n</details>\n\nThree.\n")
        inside = page.partition("<details>")[2].partition("</details>")[0]
        self.assertIn("<summary>The <code>answer</code></summary>", inside)
        self.assertIn("One.", inside)
        self.assertIn("Two.", inside)
        self.assertNotIn("Three.", inside)

    def test_links_lead_where_they_do_on_a_code_host(self):
        self.write("docs/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
        page = self.lesson(
            "[h](matrix.hpp) [l](matrix.hpp#L3) [up](../../docs/notation.md) "
            "[here](#some-code) [test](../../tests/some_test.cpp) "
            "[folder](../../tests) ![A](../../docs/a.svg)\n\n## Some `code`\n")
        for link in ('href="matrix_8hpp_source.html"', 'href="notation.html"',
                     'href="matrix_8hpp_source.html#l00003"',
                     'href="#chapter01--some-code"',
                     'href="text_tests_some_test_cpp.html"',
                     'href="text_tests.html"', 'src="pictures/docs/a.svg"'):
            self.assertIn(link, page.replace("chapter01.html#", "#"))
        self.assertIn("int main() {}",
                      self.page("text_tests_some_test_cpp.html"))

    def test_a_script_takes_a_place_whose_text_stays_without_it(self):
        self.write("docs/interactive/toy.js", "interactive.toy = () => 1;\n")
        self.write("docs/interactive/toy.json", '{"a": 1}\n')
        page = self.lesson("<!-- interactive: toy -->\n\n| a | b |\n|---|---|\n"
                           "| 1 | 2 |\n\n<!-- /interactive -->\n\nBelow.\n")
        place = page.partition('<div class="interactive" data-name="toy">')[2]
        inside, end, below = place.partition("</div></div>")
        self.assertIn("<table", inside)
        self.assertIn("Below.", below)
        self.assertEqual("interactiveData.toy = {\"a\": 1};\n",
                         self.page("toy-data.js"))
        self.assertIn("interactive.toy", self.page("toy.js"))

    def test_pages_turn(self):
        self.assertIn('rel="next" href="data.html"', self.lesson("A.\n"))

    def test_headers_are_grouped_by_chapter(self):
        self.lesson("A.\n")
        self.assertIn("Matrix", self.page("group__code__01__matrix.html"))


class ABadBook(Book):
    def test_a_dead_link_is_named_with_its_line(self):
        self.write(LESSON, "# Chapter 1: One\n\nA\n[b](nothing.hpp).\n")
        self.fails_with(f"{LESSON}:4: link to chapters/01_matrix/nothing.hpp:")

    def test_a_dead_picture(self):
        self.write(LESSON, "# Chapter 1: One\n\n![b](nothing.svg)\n")
        self.fails_with(f"{LESSON}:3: ")

    def test_a_dead_anchor(self):
        self.write(LESSON, "# Chapter 1: One\n\n[b](#nothing)\n")
        self.fails_with(f"{LESSON}:3: ")

    def test_a_place_without_a_script(self):
        self.write(LESSON, "# Chapter 1: One\n\n<!-- interactive: toy -->\n\nA."
                   "\n\n<!-- /interactive -->\n")
        self.fails_with(f"{LESSON}:3: there is no docs/interactive/toy.js")

    def test_a_place_without_an_end(self):
        self.write("docs/interactive/toy.js", "")
        self.write(LESSON, "# Chapter 1: One\n\n<!-- interactive: toy -->\n\nA."
                   "\n")
        self.fails_with(f"{LESSON}:3: this place needs <!-- /interactive -->")

    def test_an_end_without_a_place(self):
        self.write(LESSON, "# Chapter 1: One\n\nA.\n\n<!-- /interactive -->\n")
        self.fails_with(f"{LESSON}:5: <!-- interactive: NAME --> and")

    def test_a_page_without_a_heading(self):
        self.write(LESSON, "Text.\n")
        self.fails_with(f"{LESSON}:1: a page begins with a heading")

    def test_a_symbol_without_description_keeps_the_old_site(self):
        before = self.lesson("The old site.\n")
        self.write(LESSON, "# Chapter 1: One\n\nThe new site.\n")
        for bare in ("struct Bare { int i; };", "void bare();",
                     "using Bare = int;"):
            self.write(HEADER, SAMPLE[HEADER].replace("\n}", f"\n{bare}\n}}"))
            self.assertNotEqual(0, self.build())
            self.assertRegex(self.said,
                             f"{HEADER}:6: .*[Bb]are.*not documented")
        self.assertEqual(before, self.page("chapter01.html"))
        self.assertEqual(["html"], os.listdir(self.root / "build/docs"))

    def test_a_missing_tool_is_one_line(self):
        tools = self.root / "tools"
        tools.mkdir()
        for name in ("sh", "dirname", "doxygen", "dot", "python3"):
            (tools / name).symlink_to(shutil.which(name))
        for name in ("python3", "dot", "doxygen"):
            (tools / name).unlink()
            self.assertNotEqual(0, self.build(PATH=str(tools)))
            self.assertEqual(f"docs: {name} is missing; 'make deps docs' "
                             "installs it\n", self.said)

    def test_a_theme_with_another_checksum_is_refused(self):
        tools = self.root / "tools"
        tools.mkdir()
        (tools / "curl").write_text('#!/bin/sh\necho other >"$5"\n')
        (tools / "curl").chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        self.assertNotEqual(0, self.build(PATH=path, PACKAGES="/nothing"))
        self.assertRegex(self.said, "^docs: cannot fetch doxygen-awesome-css")
        self.assertEqual(1, self.said.count("\n"), self.said)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len(result.failures + result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
