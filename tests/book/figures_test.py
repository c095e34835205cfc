"""Tests docs/plots/draw.py and record.py, on small trees in a temporary folder
and with programs that only pretend. Where there is gnuplot, it draws, too.

Prints what fails, and ends with "N passed, M failed".
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import figures

ROOT = Path(__file__).resolve().parent.parent.parent
PLOTS = ROOT / "docs" / "plots"
SCRIPT = """\
# title: A curve & more
# about: It goes up,
#  and does not come down.
load "docs/plots/style.gp"
set datafile columnheaders
plot data using "x":"y" with linespoints lc rgb blue
"""
DRAWN = """\
<svg viewBox="0 0 480 330">
<desc>Produced</desc>
<g fill="none"><title>gnuplot_plot_1</title>
<path stroke='rgb( 10,  92, 173)' d='M0,0'/>
<text fill="black">a</text></g>
</svg>
"""


class Tree(unittest.TestCase):
    """A root with one figure, whose gnuplot writes DRAWN."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("docs/figures", "docs/plots", "bin"):
            (self.root / name).mkdir(parents=True)
        for name in ("style.gp", "draw.py"):
            shutil.copy(PLOTS / name, self.root / "docs/plots")
        (self.root / "docs/plots/curve.gp").write_text(SCRIPT)
        (self.root / "docs/figures/curve.csv").write_text(
            "# command: none\nx,y\n1,2\n2,4\n")
        self.picture = self.root / "docs/figures/curve.svg"
        self.tool("gnuplot", f"cat <<'END'\n{DRAWN}END")

    def tool(self, name, script):
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run_script(self, name, *words, path=None, **environment):
        path = path or f"{self.root}/bin:/usr/bin:/bin"
        return subprocess.run(
            [sys.executable, PLOTS / name, "--root", self.root, *words],
            env=os.environ | {"PATH": path} | environment, text=True,
            capture_output=True, check=False)

    def draw(self, *words, **more):
        return self.run_script("draw.py", *words, **more)

    def fails(self, result, *what):
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("figures: "), result.stderr)
        for text in what:
            self.assertIn(text, result.stderr)
        self.assertEqual(list(self.root.rglob("*.part")), [])


class Draw(Tree):
    def test_says_what_it_shows_and_what_it_is_from(self):
        result = self.draw()
        self.assertEqual(result.returncode, 0, result.stderr)
        text = self.picture.read_text()
        self.assertIn('role="img" aria-labelledby="t d"', text)
        self.assertIn('<title id="t">A curve &amp; more</title>', text)
        self.assertIn('<desc id="d">It goes up, and does not come down.</desc>',
                      text)
        self.assertNotIn("gnuplot_plot", text)
        self.assertEqual(list(figures.check_picture(
            self.root, "docs/figures/curve.svg")), [])

    def test_has_colours_for_light_and_for_dark_pages(self):
        self.draw()
        text = self.picture.read_text()
        self.assertIn('stroke="#0a5cad"', text)
        self.assertIn('fill="#1f2328"', text)
        self.assertIn("@media (prefers-color-scheme: dark)", text)
        self.assertIn("[stroke='#0a5cad'] { stroke: #58a6ff }", text)
        self.assertNotIn("rgb(", text)

    def test_without_gnuplot_one_line_says_so(self):
        self.picture.write_text("old")
        (self.root / "bin/gnuplot").unlink()
        self.fails(self.draw(path=f"{self.root}/bin"),
                   "gnuplot is missing; 'make deps figures' installs it")
        self.assertEqual(self.picture.read_text(), "old")

    def test_where_gnuplot_fails_the_old_picture_stays(self):
        self.picture.write_text("old")
        for script in ("echo bad line >&2; exit 1", "echo '<svg'", "exit 0"):
            self.tool("gnuplot", script)
            self.fails(self.draw(), "docs/plots/curve.gp: gnuplot fails")
            self.assertEqual(self.picture.read_text(), "old")

    def test_a_figure_without_a_script_is_refused(self):
        (self.root / "docs/plots/curve.gp").unlink()
        self.fails(self.draw(), "there is no docs/plots/curve.gp")
        self.fails(self.draw("nosuch"), "no docs/figures/nosuch.csv")

    def test_a_script_has_to_say_what_the_figure_shows(self):
        script = self.root / "docs/plots/curve.gp"
        script.write_text(SCRIPT.replace("# about", "# on"))
        self.fails(self.draw(), "no line '# about: ...'")


@unittest.skipUnless(shutil.which("gnuplot"), "there is no gnuplot here")
class Gnuplot(unittest.TestCase):
    """The book's own figures, drawn from a copy of their data."""

    def test_draws_every_figure_in_colours_that_have_a_dark_one(self):
        sys.path.insert(0, str(PLOTS))
        import draw
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(f"{folder}/docs")
            shutil.copytree(ROOT / "docs/figures", f"{folder}/docs/figures")
            os.symlink(PLOTS, f"{folder}/docs/plots")
            subprocess.run([sys.executable, PLOTS / "draw.py", "--root",
                            folder], check=True, stdout=subprocess.DEVNULL)
            for data in sorted(Path(folder, "docs/figures").glob("*.csv")):
                with self.subTest(data.stem):
                    text = data.with_suffix(".svg").read_text()
                    text = text[text.index("</style>"):]
                    used = set(re.findall(r'(?:fill|stroke|color)="(#\w+)"',
                                          text))
                    self.assertLessEqual(used, set(draw.DARK))
                    self.assertNotIn("rgb(", text)


class Record(Tree):
    def setUp(self):
        super().setUp()
        for path in re.findall(r'"((?:chapters|common)/\S+?\.[ch]pp)"',
                               (PLOTS / "record.py").read_text()):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text("int x;\n")
        self.chapter("05", "group,task,worker,start,end\\n"
                     '"small first, by a task: static",7,1,0,2.5\\n'
                     '"large first, from outside: static",7,1,0,2.5\\n')

    def chapter(self, number, text, after="true"):
        path = self.root / f"chapter{number}"
        path.write_text("#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\n"
                        f"printf '{text}' >\"$1\"\n{after}\n")
        path.chmod(0o755)

    def record(self, *words, **more):
        return self.run_script("record.py", *words, **more)

    def test_writes_what_the_check_asks_for(self):
        result = self.record("05_schedules")
        self.assertEqual(result.returncode, 0, result.stderr)
        file = "docs/figures/05_schedules.csv"
        self.assertEqual(list(figures.check_data(self.root, file, "")), [])
        text = (self.root / file).read_text()
        self.assertTrue(text.startswith("# command: ./chapter05 --virtual"))
        self.assertTrue(text.endswith("\nexecutor,model,worker,start,end\n"
                                      "static,7,1,0,2.5\n"), text)

    def test_a_program_that_fails_changes_nothing(self):
        file = self.root / "docs/figures/05_schedules.csv"
        file.write_text("old")
        self.chapter("05", "", "exit 3")
        self.fails(self.record("05_schedules"), "exits with 3")
        self.assertEqual(file.read_text(), "old")
        (self.root / "chapter05").unlink()
        self.fails(self.record("05_schedules"), "./chapter05: No such file")

    def test_without_real_mnist_one_line_says_so(self):
        self.fails(self.record("04_averages", MNIST_DIR=""),
                   "04_averages is recorded on real MNIST", "'make data'")

    def test_an_unknown_figure_is_refused(self):
        self.fails(self.record("06_none"), "no figure '06_none'", "03_recipes")


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len({getattr(test, "test_case", test)
               for test, _ in result.failures + result.errors})
    for _, reason in result.skipped:
        print(f"NOTE: {reason}")
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)
