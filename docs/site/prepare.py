"""prepare.py FOLDER: writes into the folder what Doxygen needs beside
docs/Doxyfile: the header of a page, the layout, the groups of the code.

Header and layout begin as this Doxygen's own, since they differ from version
to version."""
import html
import pathlib
import re
import subprocess
import sys

import pages

HEAD = """
<link rel="icon" href="data:,"/>
<script src="$relpath^doxygen-awesome-darkmode-toggle.js"></script>
<script src="$relpath^doxygen-awesome-fragment-copy-button.js"></script>
<script src="$relpath^doxygen-awesome-interactive-toc.js"></script>
<script src="$relpath^book.js"></script>
</head>"""

# Takes the place of Doxygen's search, which knows no prose. The theme knows
# the box by its name.
SEARCH = """<div id="book-search"><div id="MSearchBox" role="search">
<input type="search" id="MSearchField" placeholder="Search" aria-label="Search"
 autocomplete="off"/></div></div><div id="book-results"></div>
</div>
<!--END TITLEAREA-->"""


def write(path, text):
    path.write_text(text, encoding="utf-8")


def header(folder):
    files = [folder / name for name in ("header.html", "footer.html", "x.css")]
    subprocess.run(["doxygen", "-w", "html", *files], check=True)
    text = files[0].read_text(encoding="utf-8").replace("$mathjax", "")
    text = re.sub(r"</div>\s*<!--END TITLEAREA-->", SEARCH, text)
    write(files[0], text.replace("</head>", HEAD))


# ---- The layout ------------------------------------------------------------
def tab(kind, title, inside=None, **more):
    attributes = {"type": kind, "visible": "yes", "title": title, **more}
    text = "<tab " + " ".join(f'{key}="{html.escape(value)}"'
                              for key, value in attributes.items())
    return text + (f">{inside}</tab>" if inside is not None else "/>")


def page_tabs(paths):
    return "".join(tab("user", short_title(path),
                       url=f"@ref {pages.name_of(path)}") for path in paths)


def short_title(path):
    """Without "Chapter": the side bar is narrow."""
    return re.sub(r"^Chapter (\d+)[^:]*:", r"\1.", pages.title_of(path))


def navigation(groups):
    """What the side bar shows. The groups' tab is called "modules" or, since
    Doxygen 1.9.8, "topics"."""
    after = [path for path in pages.BACK if path in pages.pages()]
    code = (tab(groups, "By chapter") + tab("classlist", "Classes") +
            tab("filelist", "Files"))
    return ("<navindex>" + tab("mainpage", "The book") +
            page_tabs(pages.front()[1:] + pages.chapters()) +
            tab("usergroup", "Back matter", page_tabs(after)) +
            tab("usergroup", "The code", code) + "</navindex>")


def description_first(layout):
    """Puts the whole description of a class, file or group at the top, where
    Doxygen has one line of it and a link."""
    return re.sub(r"(<(?:class|file|group)>).*?</(?:class|file|group)>",
                  move_up, layout, flags=re.S)


def move_up(section):
    text = re.sub(r"<briefdescription [^>]*/>", "", section[0])
    whole = re.search(r"<detaileddescription [^>]*/>", text)[0]
    first = section[1]
    return text.replace(whole, "").replace(first, first + whole, 1)


def layout(folder):
    path = folder / "layout.xml"
    subprocess.run(["doxygen", "-l", path], check=True)
    text = path.read_text(encoding="utf-8")
    groups = "topics" if 'type="topics"' in text else "modules"
    text = re.sub(r"<navindex>.*</navindex>",
                  lambda _: navigation(groups), text, flags=re.S)
    text = text.replace('<allmemberslink visible="yes"/>', "")
    write(path, description_first(text))


# ---- Groups ----------------------------------------------------------------
def words(folder):
    name = re.sub(r"^(\d\d)_", "", folder).replace("_", " ")
    return name[0].upper() + name[1:]


def chapter_group(lesson):
    folder = lesson.split("/")[1]
    group = f"code_{folder}"
    number = int(folder[:2])
    lines = [f"@defgroup {group} Chapter {number}: {words(folder)}",
             f"The lesson: @ref {pages.name_of(lesson)}"]
    return [lines] + room_groups(f"chapters/{folder}", group)


def room_groups(folder, parent):
    rooms = {path.split("/")[-2] for path in pages.found(f"{folder}/*/*.hpp")}
    rooms.discard("make")
    return [[f"@defgroup {parent}_{room} {words(room)}", f"@ingroup {parent}"]
            for room in sorted(rooms)]


def groups(folder):
    common = [["@defgroup code_common Common",
               "What every chapter shares and none teaches."]]
    blocks = common + room_groups("common", "code_common")
    for lesson in pages.lessons():
        blocks += chapter_group(lesson)
    write(folder / "groups.dox",
          "".join("/**\n" + "\n".join(lines) + "\n*/\n" for lines in blocks))


def main():
    folder = pathlib.Path(sys.argv[1])
    header(folder)
    layout(folder)
    groups(folder)


if __name__ == "__main__":
    main()
