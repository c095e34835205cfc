"""finish.py FOLDER TAGS: completes the pages that Doxygen wrote in the folder.

- A link repo:/PATH, from filter.py, gets the page of that file or folder.
  What Doxygen has no page for is shown as plain text on a page of its own.
- Every page of the book gets links to the one before and the one after.
- What Doxygen links wrongly is corrected.
- search.py writes what the search knows.
- A file docs/interactive/NAME.json becomes NAME-data.js: a page that lies on
  the disk may load a script, but not a file.
A link to nothing is an error that names the file and the line.
"""
import html
import pathlib
import re
import shutil
import sys
import urllib.parse

import pages
import search

LINK = re.compile(r'(href|src)="repo:/([^"?]*)\?(?:#([^"]*))?"')
TITLE = re.compile(r"<title>[^<]*: (\S+) (Source File|Directory Reference)")


class DeadLink(Exception):
    pass


class Site:
    def __init__(self, folder):
        self.folder = folder
        self.sources = {}  # path in the repository: its page
        for page in folder.glob("*.html"):
            title = TITLE.search(page.read_text(encoding="utf-8")[:2000])
            if title:
                self.sources[title[1]] = page.name

    def resolve(self, path, place):
        """The address of what is at the path."""
        path = urllib.parse.unquote(path)
        if not (pages.ROOT / path).exists():
            raise DeadLink("there is no such file")
        if path in pages.pages():
            return self.page(path, place)
        if path + "/README.md" in pages.pages():
            return self.page(path + "/README.md", place)
        if (pages.ROOT / path).is_dir():
            return self.sources.get(path) or self.listing(path)
        if path not in self.sources:
            self.sources[path] = self.plain(path)
        return self.sources[path] + line_anchor(place)

    def page(self, path, place):
        address = pages.html_of(path)
        if not place:
            return address
        anchor = pages.anchor_of(path, place)
        if f'id="{anchor}"' not in self.text(address):
            raise DeadLink(f"{path} has no heading #{place}")
        return f"{address}#{anchor}"

    def text(self, address):
        return (self.folder / address).read_text(encoding="utf-8")

    def image(self, path):
        """Copies a picture into the site."""
        path = urllib.parse.unquote(path)
        if not (pages.ROOT / path).is_file():
            raise DeadLink("there is no such picture")
        copy = self.folder / "pictures" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pages.ROOT / path, copy)
        return f"pictures/{path}"

    # ---- What Doxygen has no page for --------------------------------------
    def plain(self, path):
        text = (pages.ROOT / path).read_text(encoding="utf-8")
        lines = "".join(
            f'<span id="l{number:05}">{html.escape(line)}</span>\n'
            for number, line in enumerate(text.splitlines(), 1))
        return self.write(path, f'<pre class="fragment">{lines}</pre>')

    def listing(self, path):
        """A folder's files, each with a link."""
        names = sorted(entry.name for entry in (pages.ROOT / path).iterdir()
                       if entry.is_file())
        items = "".join(f'<li><a href="{self.resolve(f"{path}/{name}", "")}">'
                        f"{html.escape(name)}</a></li>" for name in names)
        self.sources[path] = self.write(path, f"<ul>{items}</ul>")
        return self.sources[path]

    def write(self, path, body):
        """A page like Doxygen's, made from the notation's."""
        model = self.text("notation.html")
        title = html.escape(path)
        name = "text_" + re.sub(r"\W", "_", path) + ".html"
        model = re.sub(r"(<title>[^<]*: )[^<]*", rf"\g<1>{title}", model)
        model = re.sub(r'(<div class="title">).*?</div>',
                       lambda m: f"{m[1]}{title}</div>", model, flags=re.S)
        model = re.sub(r'(<div class="contents">).*?</div><!-- contents -->',
                       lambda m: f"{m[1]}{body}</div><!-- contents -->",
                       model, flags=re.S)
        model = re.sub(r"initNavTree\('[^']*'", f"initNavTree('{name}'", model)
        (self.folder / name).write_text(model, encoding="utf-8")
        return name


def line_anchor(place):
    """A code host's #L12 is Doxygen's #l00012."""
    line = re.match(r"L(\d+)", place or "")
    return f"#l{int(line[1]):05}" if line else ""


def turn(path):
    """Links to the page before and the page after."""
    order = pages.pages()
    at = order.index(path)
    links = ""
    for kind, other in (("prev", at - 1), ("next", at + 1)):
        if 0 <= other < len(order):
            title = html.escape(pages.title_of(order[other]))
            links += (f'<a rel="{kind}" href="{pages.html_of(order[other])}">'
                      f"{title}</a>")
    return f'<nav class="turn">{links}</nav>'


def line_of(path, target):
    """Where a page links to the target, as well as that can be told."""
    name = target.rpartition("/")[2]
    with open(pages.ROOT / path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if name in line:
                return number
    return 1


def finish(site, path):
    """Completes a page; returns what is wrong with it."""
    wrong = []

    def address(link):
        kind, target, place = link.groups()
        try:
            found = (site.image(target) if kind == "src"
                     else site.resolve(target, html.unescape(place or "")))
        except DeadLink as problem:
            wrong.append(f"{path}:{line_of(path, place or target)}: "
                         f"link to {target}: {problem}")
            found = ""
        return f'{kind}="{found}"'

    text = LINK.sub(address, site.text(pages.html_of(path)))
    text = text.replace("</div><!-- contents -->",
                        "</div><!-- contents -->" + turn(path))
    (site.folder / pages.html_of(path)).write_text(text, encoding="utf-8")
    return wrong


# ---- What moves ------------------------------------------------------------
PLACE = re.compile(r"^<!-- (/?)interactive(?:: (\w+))? -->$", re.M)


def check_places(path):
    """What is wrong with the places of a page that scripts take."""
    text = (pages.ROOT / path).read_text(encoding="utf-8")
    wrong, opened = [], None
    for place in PLACE.finditer(text):
        closes, name = place.groups()
        line = f"{path}:{text.count(chr(10), 0, place.start()) + 1}: "
        if bool(closes) != bool(opened) or bool(closes) == bool(name):
            wrong.append(line + "<!-- interactive: NAME --> and "
                         "<!-- /interactive --> come in pairs")
        opened = None if closes else line
        if name and not (pages.ROOT / f"docs/interactive/{name}.js").exists():
            wrong.append(line + f"there is no docs/interactive/{name}.js")
    if opened:
        wrong.append(opened + "this place needs <!-- /interactive --> below")
    return wrong


def write_data(folder, data):
    """What the script of that name shows; book.js hands it over."""
    text = data.read_text(encoding="utf-8")
    (folder / f"{data.stem}-data.js").write_text(
        f"interactiveData.{data.stem} = {text.strip()};\n", encoding="utf-8")


# ---- What Doxygen gets wrong -----------------------------------------------
def rewrite(file, rule):
    text = file.read_text(encoding="utf-8")
    changed = rule(text)
    if changed != text:
        file.write_text(changed, encoding="utf-8")


def correct_side_bar(folder):
    """A file's symbols link to the file's page; their description is on the
    group's. And a script's name that begins with a digit is no name."""
    home = {anchor: page.name for page in folder.glob("group_*.html")
            for anchor in re.findall(r'id="(gg?a[0-9a-f]+)"',
                                     page.read_text(encoding="utf-8"))}

    def rule(text):
        text = re.sub(r'"[^"#]+#(gg?a[0-9a-f]+)"',
                      lambda m: f'"{home.get(m[1], "")}#{m[1]}"', text)
        return re.sub(r'^var (?=\d)|(?<=")(?=\d\w*_8hpp")',
                      lambda m: m[0] + "_", text)

    for script in folder.glob("*.js"):
        rewrite(script, rule)
        if script.name[0].isdigit():
            script.rename(folder / ("_" + script.name))


def correct_summary(text):
    """A class with a private class inside links to a list of classes that is
    not there."""
    if 'name="nested-classes"' in text:
        return text
    return re.sub(r'<a href="#nested-classes">.*?</a> &#124;\n', "", text)


def main():
    folder, tags = map(pathlib.Path, sys.argv[1:])
    site = Site(folder)
    wrong = [line for path in pages.pages()
             for line in finish(site, path) + check_places(path)]
    if wrong:
        sys.exit("\n".join(wrong))
    for unused in folder.glob("*-members.html"):
        unused.unlink()
    correct_side_bar(folder)
    for page in folder.glob("*.html"):
        rewrite(page, correct_summary)
    for data in (pages.ROOT / "docs/interactive").glob("*.json"):
        write_data(folder, data)
    search.write_index(folder, tags)


if __name__ == "__main__":
    main()
