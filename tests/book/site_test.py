"""Reads the built site as a reader does, in headless Chromium.

Every page at the width of a phone; every link, anchor and picture; search,
formulas, the dark mode and the order of the pages; and, in interactive.py,
what moves. Builds the site first; with SITE=FOLDER it reads that one.
"""
import functools
import html.parser
import os
import re
import signal
import subprocess
import sys
import unittest
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from browser import Browser, chromium
from interactive import ADeque, ASchedule, WithoutScripts  # tests, too
from reader import ROOT, SITE, InBrowser, complaints

# How wide a page is, and what of its text is neither code nor a formula.
LOOK = """(() => {
  const copy = document.querySelector("div.contents").cloneNode(true);
  copy.querySelectorAll("code, pre, .fragment, .katex, script")
      .forEach(e => e.remove());
  const page = document.scrollingElement;
  const inner = document.getElementById("doc-content");
  return [Math.max(page.scrollWidth, inner.scrollWidth), copy.textContent];
})()"""
# TeX, a command of Doxygen, or the mark of a comment.
RAW = re.compile(r"\\[(\[a-zA-Z]|\$\S[^$\n]*\S\$|\$\S\$|<!--|\brepo:/")
# A test that takes longer than this, in seconds, has failed.
LIMIT = 900


def first_line(file):
    return file.read_text(encoding="utf-8").partition("\n")[0]


def html_pages():
    return sorted(SITE.glob("*.html"))


class Links(html.parser.HTMLParser):
    """What a page links to and what can be linked to in it."""

    def __init__(self, page):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src", "data", "xlink:href") and value:
                self.links.add(value)
            if name in ("id", "name") and value:
                self.anchors.add(value)

    handle_startendtag = handle_starttag


@functools.cache
def links_of(page):
    return Links(page)


def is_outside(link):
    return re.match(r"(https?|mailto):", link)


def is_dead(page, link):
    """Whether a link within the site leads nowhere."""
    if is_outside(link) or re.match(r"(javascript|data):", link):
        return False
    path, _, anchor = link.partition("#")
    target = (page.parent / urllib.parse.unquote(path)).resolve() \
        if path else page
    if not target.is_file():
        return True
    if not anchor or target.suffix != ".html":
        return False
    return urllib.parse.unquote(anchor) not in links_of(target).anchors


class EveryPage(unittest.TestCase):
    def test_loads_and_fits_a_phone(self):
        shares = [html_pages()[i::2] for i in range(2)]
        with ThreadPoolExecutor(len(shares)) as readers:
            faults = [*readers.map(faults_of, shares)]
        self.assertEqual([], sum(faults, []))


def faults_of(pages):
    with Browser() as browser:
        browser.window(390, 844, phone=True)
        return [f"{page.name}: {fault}" for page in pages
                for fault in faults(browser, page)]


def faults(browser, page):
    found = complaints(browser.open(page.as_uri()))
    width, text = browser.run(LOOK)
    if width > 390:
        found.append(f"is {width} pixels wide at 390")
    raw = RAW.search(text)
    if raw:
        found.append(f"shows '{raw[0]}'")
    return found


class TheCode(unittest.TestCase):
    def test_is_the_books_and_not_the_tests(self):
        titles = [re.search("<title>.*?: (.*)</title>",
                            page.read_text(encoding="utf-8"))[1]
                  for page in SITE.glob("*_source.html")]
        self.assertIn("chapters/04_work_balancing/pool/bell.hpp Source File",
                      titles)
        self.assertIn("chapters/03_training/main.cpp Source File", titles)
        self.assertEqual([], [title for title in titles if re.match(
            r"(tests|common/make)/|.*(test|benchmark)\.cpp", title)])


class EveryLink(unittest.TestCase):
    def test_leads_somewhere(self):
        dead = [f"{page.name}: {link}" for page in html_pages()
                for link in sorted(links_of(page).links)
                if is_dead(page, link)]
        self.assertEqual([], dead)

    def test_of_the_side_bar_and_the_search_leads_somewhere(self):
        dead = set()
        # navtreeindex*.js holds no links, but where each page is in the tree.
        for script in SITE.glob("[!n]*.js"):
            text = script.read_text(encoding="utf-8")
            for link in re.findall(r'"(\w[\w.-]*\.html[^"]*)"', text):
                if is_dead(script, link.replace("&amp;", "&")):
                    dead.add(f"{script.name}: {link}")
        self.assertEqual(set(), dead)


class AReader(InBrowser):
    def results(self, word):
        """The titles that a search finds, by the address that each has."""
        self.open("chapter01.html")
        self.browser.run("document.getElementById('MSearchField').focus()")
        self.browser.call("Input.insertText", text=word)
        self.wait("document.querySelector('#book-results a')")
        return self.browser.run("""Object.fromEntries(
            [...document.querySelectorAll("#book-results a")].map(
              a => [a.getAttribute("href"), a.querySelector("b").innerText]))
            """)

    def test_finds_words_of_the_lessons_and_of_the_code(self):
        for word in ("softmax", "steal"):
            found = self.results(word)
            self.assertIn(word, found.values())
            pages = {address.partition("#")[0] for address in found}
            self.assertEqual(next(iter(found)).partition("#")[0],
                             "glossary.html")
            self.assertTrue(any(p.startswith("chapter") for p in pages))
            self.assertEqual([], [address for address in found
                                  if is_dead(SITE / "index.html", address)])

    def test_goes_to_what_is_found(self):
        self.results("softmax")
        self.browser.run("document.querySelector('#book-results a').click()")
        self.wait("location.hash && "
                  "document.querySelector(location.hash) && "
                  "/softmax/i.test(document.body.innerText)")

    def test_is_told_when_nothing_is_found(self):
        self.open("index.html")
        self.browser.run("document.getElementById('MSearchField').focus()")
        self.browser.call("Input.insertText", text="xyzzyx")
        self.wait("document.getElementById('book-results').innerText"
                  "=== 'Nothing found.'")

    def test_reads_formulas(self):
        self.open("glossary.html")
        self.wait("document.querySelectorAll('.katex').length > 2")
        self.assertEqual(0, self.browser.run(
            "document.querySelectorAll('.katex-error').length"))
        # Nothing of them makes the page longer than its window.
        self.assertLess(self.browser.run(
            "document.scrollingElement.scrollHeight - innerHeight"), 10)
        # With the fonts that came with them.
        self.assertTrue(self.browser.run(
            "document.fonts.load('16px KaTeX_Main').then("
            "fonts => fonts.length > 0, () => false)"))

    def test_reads_in_the_dark(self):
        self.browser.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "light"}])
        light = self.brightness()
        self.assertGreater(light, 600)
        self.browser.run("document.querySelector("
                         "'doxygen-awesome-dark-mode-toggle').click()")
        self.assertLess(self.brightness(reload=False), 150)
        # It stays dark from page to page.
        self.assertLess(self.brightness(), 150)
        self.browser.run("document.querySelector("
                         "'doxygen-awesome-dark-mode-toggle').click()")
        self.assertEqual(light, self.brightness())

    def brightness(self, reload=True):
        """Red, green and blue of the page, summed."""
        if reload:
            self.open("chapter02.html")
            self.wait("document.querySelector("
                      "'doxygen-awesome-dark-mode-toggle')")
        colour = self.browser.run(
            "getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    def test_copies_code(self):
        self.open("chapter02.html")
        self.wait("document.querySelector("
                  "'doxygen-awesome-fragment-copy-button')")
        copied = self.browser.run("""new Promise(resolve => {
            navigator.clipboard.writeText = resolve;
            document.querySelector(
              "doxygen-awesome-fragment-copy-button").click();
          })""")
        self.assertEqual("make chapter02 && ./chapter02", copied)

    def test_has_the_chapters_in_the_side_bar_and_on_a_phone_in_a_menu(self):
        titles = [line.partition(": ")[2] for line in map(
            first_line, sorted((ROOT / "chapters").glob("*/README.md")))]
        self.open("chapter01.html")
        self.wait("document.querySelectorAll('#nav-tree a').length > 5")
        self.assert_in_order(titles, self.browser.run(
            "document.getElementById('nav-tree').innerText"))
        self.open("chapter01.html", 390, phone=True)
        self.wait("document.querySelector('.main-menu-btn')")
        self.browser.run("document.querySelector('.main-menu-btn').click()")
        self.wait("document.getElementById('main-menu').offsetHeight > 99")
        self.assert_in_order(titles, self.browser.run(
            "document.getElementById('main-menu').innerText"))

    def assert_in_order(self, titles, text):
        places = [text.find(title) for title in titles]
        self.assertNotIn(-1, places)
        self.assertEqual(sorted(places), places)

    def test_turns_the_pages_in_order(self):
        order, page = [], "index.html"
        while page:
            order.append(page)
            self.open(page)
            page = self.browser.run(
                "document.querySelector('nav.turn a[rel=next]')"
                "?.getAttribute('href')")
        lessons = sorted((ROOT / "chapters").glob("[0-9][0-9]_*/README.md"))
        names = [f"chapter{lesson.parent.name[:2]}.html" for lesson in lessons]
        self.assertEqual(names, [page for page in order if re.fullmatch(
            r"chapter\d\d\.html", page)])
        self.assertEqual("index.html", order[0])
        for name in ("notation", "glossary", "bibliography"):
            self.assertIn(name + ".html", order[-5:])


def build():
    """Builds the site, unless one is given."""
    if "SITE" in os.environ:
        return
    done = subprocess.run(["sh", ROOT / "docs/build.sh"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(done.stdout + "0 passed, 1 failed")


def too_long(*_):
    # Not to sys.stdout, which a test that is running has to itself.
    print(f"site_test: not done in {LIMIT} seconds\n0 passed, 1 failed",
          file=sys.__stdout__, flush=True)
    os._exit(1)


def main():
    if not chromium():
        sys.exit("site_test: there is no Chromium here; 'make deps test-site' "
                 "installs it")
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT)
    build()
    result = unittest.main(exit=False, verbosity=0, buffer=True).result
    bad = len(result.failures + result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
