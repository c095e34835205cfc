"""Where the solutions of the exercises stand in a source file.

A solution lies between `// BEGIN SOLUTION name` and `// END SOLUTION`, each on
a line of its own. A student's answer is what stands between the same marks.
"""

import re
from collections import namedtuple

# For lines without the spaces at their ends: a pattern that also skipped those
# would take hours over some lines.
BEGIN = re.compile(r"(\s*)// BEGIN SOLUTION\b *(.*)\Z")
END = re.compile(r"\s*// END SOLUTION\Z")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")

# Lines `first` to `last` of a file, counted from 0, the marks among them.
Solution = namedtuple("Solution", "name indent first last")


class MarkError(Exception):
    """A mark that is wrong; the message names the file and the line."""


def solutions(path, text):
    """All solutions in a file, in order."""
    found = []
    opened = None
    for i, line in enumerate(text.split("\n")):
        where = f"{path}:{i + 1}: "
        line = line.rstrip()
        if begin := BEGIN.match(line):
            if opened:
                raise MarkError(where + "a solution begins inside another; "
                                "end that one first")
            if not NAME.match(begin[2]):
                raise MarkError(where + "BEGIN SOLUTION needs the exercise's "
                                "name: // BEGIN SOLUTION row_sums")
            opened = (begin[2], begin[1], i)
        elif END.match(line):
            if not opened:
                raise MarkError(where + "END SOLUTION without a "
                                "BEGIN SOLUTION above it")
            if i == opened[2] + 1:
                raise MarkError(where + f"the solution of {opened[0]} "
                                "is empty")
            found.append(Solution(*opened, i))
            opened = None
    if opened:
        raise MarkError(f"{path}:{opened[2] + 1}: the solution of "
                        f"{opened[0]} is never closed; add "
                        "// END SOLUTION below it")
    return found


def answer(path, text, name):
    """The lines between the marks of one exercise, whatever else there is."""
    lines = text.split("\n")
    begins = [i for i, line in enumerate(lines)
              if (begin := BEGIN.match(line.rstrip())) and begin[2] == name]
    if len(begins) != 1:
        raise MarkError(f"{path}: the mark // BEGIN SOLUTION {name} stands "
                        f"there {len(begins)} times, and not once")
    for i in range(begins[0] + 1, len(lines)):
        if END.match(lines[i].rstrip()):
            return lines[begins[0] + 1:i]
        if BEGIN.match(lines[i].rstrip()):
            break
    raise MarkError(f"{path}:{begins[0] + 1}: no // END SOLUTION follows "
                    f"the answer to {name}")


def body(text, solution):
    """The lines between the marks."""
    return text.split("\n")[solution.first + 1:solution.last]


def replace(text, replacements):
    """The text with other lines between the marks of some solutions.

    replacements: a list of (solution, lines); the marks stay.
    """
    lines = text.split("\n")
    for solution, new in sorted(replacements, reverse=True,
                                key=lambda pair: pair[0].first):
        lines[solution.first + 1:solution.last] = new
    return "\n".join(lines)


def stub(solution):
    """The line that stands where a solution is to come."""
    return f'{solution.indent}not_implemented("{solution.name}");'


def is_stub(lines):
    """Whether nothing was written between the marks but the stub."""
    code = [line.strip() for line in lines]
    code = [line for line in code if line and not line.startswith("//")]
    return not code or (len(code) == 1 and re.fullmatch(
        r'not_implemented\("\w+"\);', code[0]) is not None)
