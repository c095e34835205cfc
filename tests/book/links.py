"""Relative links, anchors and images of a page, by GitHub's rules."""

import os
import re
from difflib import get_close_matches
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from pages import Problem, without_code

# [text](target), ![text](target), [name]: target, and what HTML has.
TARGET = re.compile(r"\]\(\s*<?([^)\s>]+)|^ {0,3}\[[^\]^]+\]:\s*<?([^\s>]+)|"
                    r"\b(?:src|srcset|href)=\"([^\"\s]+)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
ANCHOR = re.compile(r"<[^>]*\b(?:id|name)=\"([^\"]+)\"")


def targets(page):
    """(line, target) of every link and image."""
    for number, line in page.prose:
        for found in TARGET.findall(without_code(line)):
            yield number, next(filter(None, found))


def is_relative(target):
    return not re.match(r"[a-zA-Z][\w+.-]*:|//", target)


def split(page, target):
    """The path from the root that a relative link means, and its anchor."""
    path, _, anchor = target.partition("#")
    path = unquote(path.partition("?")[0])
    where = normpath(join(dirname(page.path), path)) if path else page.path
    return where, unquote(anchor)


def slug(heading):
    """What a code host makes of a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"<[^>]+>", "", text)
    text = re.sub(r"(?<![\w`])_([^_`]+)_(?![\w`])", r"\1", text)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def headings(page):
    """{line: anchor} of the page's headings."""
    result, used = {}, set()
    for number, line in page.prose:
        if heading := HEADING.match(line):
            name = base = slug(heading[1])
            count = 0
            while name in used:
                count += 1
                name = f"{base}-{count}"
            used.add(name)
            result[number] = name
    return result


def anchors(page):
    named = {name for _, line in page.prose for name in ANCHOR.findall(line)}
    return named | set(headings(page).values())


def check_links(root, pages, page):
    """The problems of a page's links; `pages` has every page by its path."""
    problems = []
    for number, target in targets(page):
        if is_relative(target):
            text = fault(root, pages, page, target)
            if text:
                problems.append(Problem(page.path, number, text))
    return problems


def fault(root, pages, page, target):
    if target.startswith("/"):
        return f"'{target}' starts at the root; write a relative path"
    where, anchor = split(page, target)
    if where.startswith("..") or not os.path.exists(os.path.join(root, where)):
        return f"'{target}' leads nowhere: there is no {where}; correct it"
    if not anchor or where not in pages:
        return None
    known = anchors(pages[where])
    if anchor in known:
        return None
    near = get_close_matches(anchor, known, 1, 0) or ["no heading at all"]
    return f"no heading of {where} makes '#{anchor}'; the nearest is {near[0]}"
