"""The pages of the book in reading order, and how a path becomes a name."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Files that are no chapters: before them and after them. Any other file of
# docs/ comes at the end of the first list.
FRONT = ["README.md"]
BACK = ["docs/teaching.md", "docs/reference.md", "data/README.md",
        "docs/notation.md", "docs/glossary.md", "docs/bibliography.md",
        "CONTRIBUTING.md", "docs/writing.md"]


def relative(path):
    """A path as the repository has it: chapters/01_matrix/README.md."""
    return pathlib.Path(path).resolve().relative_to(ROOT).as_posix()


def found(pattern):
    """What a pattern finds in the repository, in order."""
    return sorted(relative(path) for path in ROOT.glob(pattern))


def lessons():
    return found("chapters/[0-9][0-9]_*/README.md")


def chapters():
    """Every page of every chapter. What a chapter has beside its lesson comes
    after it, unless its title says that it comes first: "Chapter 5, first"."""
    pages = []
    for lesson in lessons():
        first = [page for page in beside(lesson) if ", first" in title_of(page)]
        rest = [page for page in beside(lesson) if page not in first]
        pages += [*first, lesson, *rest]
    return pages


def beside(lesson):
    folder = lesson.rpartition("/")[0]
    return [path for path in found(f"{folder}/*.md")
            if path != lesson and not path.endswith("/hints.md")]


def front():
    rest = [path for path in found("docs/*.md") if path not in BACK]
    return FRONT + rest


def pages():
    return front() + chapters() + [path for path in BACK
                                  if (ROOT / path).exists()]


def name_of(path):
    """The page's name in the site: chapters/01_matrix/README.md is chapter01,
    chapters/01_matrix/more.md is chapter01_more, docs/notation.md is notation
    and data/README.md is data."""
    if path == "README.md":
        return "mainpage"
    folder, _, file = path.rpartition("/")
    name = file[:-len(".md")].lower()
    chapter = re.match(r"chapters/(\d\d)_", path)
    if chapter:
        return f"chapter{chapter[1]}" + ("" if name == "readme" else f"_{name}")
    return folder if name == "readme" else name


def html_of(path):
    name = name_of(path)
    return ("index" if name == "mainpage" else name) + ".html"


def title_of(path):
    """The first heading."""
    with open(ROOT / path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# "):
                return line[2:].strip()
    raise SystemExit(f"{path}:1: a page begins with a heading: # Title")


class Slugs:
    """Names a page's headings as code hosts do, so that a link to one works
    on both: "## The coin's odds" is #the-coins-odds."""

    def __init__(self):
        self.counts = {}

    def of(self, heading):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        count = self.counts.get(slug, 0)
        self.counts[slug] = count + 1
        return f"{slug}-{count}" if count else slug


def anchor_of(path, slug):
    """A heading's name in the site, where names must not collide."""
    return name_of(path) + "--" + re.sub(r"[^a-z0-9_-]", "_", slug)
