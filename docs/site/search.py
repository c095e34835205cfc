"""What the search of the site knows: the sections of the book's pages with
their text, the words of the glossary, and the symbols of the code. book.js
searches in it."""
import html
import html.parser
import json
import re
import xml.etree.ElementTree

import pages

HEADINGS = ("h1", "h2", "h3")
# What is not text of a page.
LEFT_OUT = ("script", "style", "nav")
GLOSSARY = "docs/glossary.md"
TERM = re.compile(r"<li>\s*(?:<p[^>]*>\s*)?<(?:b|strong)>(.*?)</(?:b|strong)>:?"
                  r"(.*?)</li>", re.DOTALL)


class Sections(html.parser.HTMLParser):
    """The sections of a page: [title, anchor, text]."""

    def __init__(self, title, markup):
        super().__init__()
        self.found = [[title, "", ""]]
        self.inside = self.out = None
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        classes = dict(attributes).get("class") or ""
        if self.out:
            return
        if tag in LEFT_OUT or tag == "div" and "toc" in classes.split():
            self.out = tag
        elif tag in HEADINGS:
            self.inside = tag
            self.found.append(["", dict(attributes).get("id") or "", ""])
        elif tag == "a" and self.inside and not self.found[-1][1]:
            self.found[-1][1] = dict(attributes).get("id") or ""

    def handle_endtag(self, tag):
        if tag == self.out:
            self.out = None
        elif tag == self.inside:
            self.inside = None

    def handle_data(self, text):
        if not self.out:
            self.found[-1][0 if self.inside else 2] += text


def plain(text):
    """Without formulas, which are TeX here."""
    text = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "\u2026", text, flags=re.S)
    return re.sub(r"\s+", " ", text).strip()


def prose(folder):
    # Of entries that fit alike the first is shown first.
    for path in sorted(pages.pages(), key=lambda path: path != GLOSSARY):
        address = pages.html_of(path)
        markup = (folder / address).read_text(encoding="utf-8")
        markup = markup.partition('<div class="contents">')[2]
        page = pages.title_of(path)
        body = markup.partition("</div><!-- contents -->")[0]
        if path == GLOSSARY:
            yield from terms(body, page, address)
        for title, anchor, text in Sections(page, body).found:
            yield [plain(title), page if anchor else "",
                   address + ("#" + anchor if anchor else ""), plain(text)]


def terms(body, page, address):
    """The words of the glossary: who searches for one is led there first."""
    for item in TERM.finditer(body):
        above = re.findall(r'<h\d[^>]*>.*?id="([^"]+)"', body[:item.start()],
                           re.DOTALL)
        text = [html.unescape(re.sub(r"<[^>]*>", "", part)) for part in
                item.groups()]
        yield [plain(text[0]), page,
               address + ("#" + above[-1] if above else ""), plain(text[1])]


def symbols(tags):
    """From Doxygen's own list of all that it documents."""
    for compound in xml.etree.ElementTree.parse(tags).getroot():
        kind = compound.get("kind")
        name = compound.findtext("name").rpartition("::")[2]
        if kind in ("class", "struct"):
            yield [name, kind, compound.findtext("filename"), ""]
        if kind in ("class", "struct", "group"):
            where = compound.findtext("title") or name
            for member in compound.iter("member"):
                called = member.findtext("name").rpartition("::")[2]
                if called.lstrip("~") == name:
                    continue
                yield [called,
                       f"{member.get('kind')}, {where}",
                       member.findtext("anchorfile") + "#" +
                       member.findtext("anchor"), ""]


def write_index(folder, tags):
    # One of several functions of a name will do.
    named = {(entry[0], entry[1]): entry for entry in symbols(tags)}
    entries = [*prose(folder), *named.values()]
    text = "const bookIndex = " + json.dumps(entries, ensure_ascii=False)
    (folder / "search-index.js").write_text(text + ";\n", encoding="utf-8")
