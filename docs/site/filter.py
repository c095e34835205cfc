"""filter.py FILE: a file as Doxygen wants it, on standard output.

A Markdown file is written for a code host. For Doxygen,
- headings get names, and formulas between dollars Doxygen's own marks;
- a backslash or an @ begins no command;
- comments vanish, and a fence of `math` is a formula;
- what stands from <!-- interactive: NAME --> to <!-- /interactive --> is shown
  where no script of docs/interactive takes its place;
- a relative link becomes repo:/PATH, which finish.py resolves.

A header's symbols join the group of its folder, and it counts as documented,
so that Doxygen checks everything in it. Lines keep their numbers.
"""
import posixpath
import re
import sys

import pages

TOKEN = re.compile(
    r"""^(?P<fence>[ ]{0,3}(?P<mark>`{3,}|~{3,})(?P<language>[^\n]*)\n
         (?P<block>.*?)^[ ]{0,3}(?P=mark)[`~]*[ \t]*$)
      |(?P<comment><!--.*?-->)
      |(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?P<inside>
         (?:(?!\n[ ]*\n).)+?)(?<!`)(?P=ticks)(?!`))
      |(?P<indented>(?<=\n\n)(?:[ ]{4}[^\n]*\n)+)
      |\$\$(?P<display>.+?)\$\$
      |(?<![\\$\w])\$(?P<inline>(?=[^\s$])(?:[^$\n`]|\n(?!\s*\n))*?(?<=[^\s\\]))
       \$(?![\d$])
      |(?P<fold><details[^>]*>\s*<summary>(?P<summary>.*?)</summary>)
      |(?P<folded></details>)
      |^(?P<level>\#{1,6})[ ]+(?P<heading>[^\n]+)$(?P<blank>\n$)?
      |!\[(?P<alt>[^]]*)\]\((?P<image>[^)\s]+)[^)]*\)
      |\]\((?P<target>[^)\s]+)(?P<rest>[^)]*)\)
      |\b(?P<attribute>src|href)="(?P<value>[^"]*)"
      |(?P<escape>\\[!-/:-?\[-`{-~])
      |(?P<command>[\\@])
    """, re.M | re.S | re.X)

INTERACTIVE = re.compile(
    r"<!-- (?:interactive: (?P<name>\w+)|/interactive) -->")


def newlines(text):
    return "\n" * text.count("\n")


def raw(markup):
    return f"@htmlonly[block]{markup}@endhtmlonly"


class Page:
    def __init__(self, path):
        self.path = path
        self.slugs = pages.Slugs()

    def to_doxygen(self, text):
        return TOKEN.sub(self.replace, text)

    def replace(self, token):
        for name, rewrite in self.REWRITES.items():
            if token[name] is not None:
                return rewrite(self, token)
        return token[0]

    def fence(self, token):
        if token["language"].strip() != "math":
            return token[0]
        return f"\\f[\n{token['block']}\\f]"

    def comment(self, token):
        mark = INTERACTIVE.fullmatch(token[0])
        if not mark:
            return newlines(token[0])
        if not mark["name"]:
            return raw("</div></div>")
        return raw(f'<div class="interactive" data-name="{mark["name"]}">'
                   '<div class="fallback">')

    def code(self, token):
        """Doxygen ends `code` at an apostrophe; ``code`` may have one."""
        if "'" not in token[0]:
            return token[0]
        return f"``{token['inside']}``"

    def display(self, token):
        return f"\\f[{token['display']}\\f]"

    def inline(self, token):
        return f"\\f${token['inline']}\\f$"

    def heading(self, token):
        level, after = token["level"], token["blank"] or ""
        slug = self.slugs.of(token["heading"])
        # Doxygen knows no code in a heading.
        title = self.to_doxygen(re.sub("[`$]", "", token["heading"]))
        anchor = pages.anchor_of(self.path, slug)
        if level == "#":
            # The contents take the place of the empty line below.
            has_contents = after and self.path != "README.md"
            contents = "\n[TOC]" if has_contents else after
            return f"# {title} {{#{pages.name_of(self.path)}}}{contents}"
        if self.path == "README.md":
            # Doxygen would list them in the side bar, before the chapters.
            tag = f"h{len(level)}"
            return f'<{tag} id="{anchor}">{title}</{tag}>{after}'
        return f"{level} {title} {{#{anchor}}}{after}"

    def fold(self, token):
        """Doxygen would end it at the first empty line."""
        summary = re.sub(r"`([^`]*)`", r"<code>\1</code>", token["summary"])
        return raw(f"<details><summary>{summary}</summary>") + \
            newlines(token[0])

    def folded(self, token):
        return raw("</details>")

    def image(self, token):
        alt = token["alt"].replace('"', "&quot;")
        return f'<img src="{self.link(token["image"])}" alt="{alt}"/>'

    def target(self, token):
        return f"]({self.link(token['target'])}{token['rest']})"

    def attribute(self, token):
        return f'{token["attribute"]}="{self.link(token["value"])}"'

    def command(self, token):
        return "\\" + token[0]

    def link(self, url):
        """A link within the repository, from its top."""
        if re.match(r"[a-z+]+:", url):
            return url
        path, mark, place = url.partition("#")
        folder = posixpath.dirname(self.path)
        path = posixpath.normpath(posixpath.join(folder, path)) if path \
            else self.path
        return f"repo:/{path}?{mark}{place}"

    REWRITES = dict(fence=fence, comment=comment, code=code, display=display,
                    inline=inline, heading=heading, fold=fold, folded=folded,
                    image=image, target=target, attribute=attribute,
                    command=command)


def group_of(path):
    """The group of a header: chapters/04_x/pool/a.hpp is in code_04_x_pool."""
    folder = posixpath.dirname(path).removeprefix("chapters/")
    return "code_" + folder.replace("/", "_")


# A comparison that the compiler writes needs no description.
COMPARISON = re.compile(r"^ *(?:bool|auto) operator(?:==|<=>)\(.*\) const = "
                        r"default;$", re.M)


def header_to_doxygen(path, text):
    text = COMPARISON.sub("", text)
    opened = f"namespace nn {{ /** @room{{{group_of(path)}}} */"
    text = re.sub(r"^namespace nn \{", opened, text, count=1, flags=re.M)
    text = re.sub(r"^\}  // namespace nn$", r"/** @} */ \g<0>", text,
                  flags=re.M)
    return text + "/** @file */\n"


def main():
    path = pages.relative(sys.argv[1])
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".md"):
        text = Page(path).to_doxygen(text)
    else:
        text = header_to_doxygen(path, text)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
