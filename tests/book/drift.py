"""Whether a command's output has drifted from what a page records.

Times and rates differ between runs, and a digest of weights depends on the
processor. So they are compared only where the marker says `exact`: where a
virtual clock told the time, say. Other numbers are equal unless the marker
states a tolerance. What ran when is another matter each time: `schedule` leaves
it out.
"""

import re

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?"
VALUE = re.compile(rf"(?<![\w.])[-+]?{NUMBER}(?![\w.]*\w)")
TIME = re.compile(rf"(?<![\w.]){NUMBER} (?:min \d+ s|h \d+ min|"
                  r"[nuµμm]?s|min|h|seconds?|minutes?|hours?)\b")
RATE = re.compile(rf"(?<![\w.]){NUMBER} ?[\w%]*/s\b")
# A row of a schedule, and the numbers of its tasks below it.
BLOCKS = re.compile(r"[█▒·]{5,}|[#=.]{5,}")
TASKS = re.compile(r"[\d\s]+")
DIGEST = re.compile(r"\b(?:0x)?[0-9a-f]{16,}\b")


def tolerance(word):
    """A function that says whether a recorded and a new number agree."""
    if word == "any":
        return lambda old, new: True
    value = float(word.rstrip("%"))
    value *= 1 + 1e-9  # what the subtraction may round
    if word.endswith("%"):
        return lambda old, new: abs(new - old) <= value / 100 * abs(old)
    return lambda old, new: abs(new - old) <= value


def squeezed(line):
    """Without the widths of a table, which depend on the numbers in it."""
    return " ".join(re.sub(r"-{3,}", "---", line).split())


def taken_apart(line, run):
    """The line with its times, rates and numbers masked, and the numbers."""
    if "exact" not in run.options:
        line = RATE.sub("<rate>", TIME.sub("<time>", line))
        line = DIGEST.sub("<digest>", line)
    if "schedule" in run.options:
        line = BLOCKS.sub("<blocks>", line)
        if TASKS.fullmatch(line):
            return "<tasks>", []
    if not run.tolerances:
        return squeezed(line), []
    numbers = [float(n.replace(",", "")) for n in VALUE.findall(line)]
    return squeezed(VALUE.sub("<number>", line)), numbers


def agree(old, new, run):
    old_text, old_numbers = taken_apart(old, run)
    new_text, new_numbers = taken_apart(new, run)
    return old_text == new_text and all(
        any(within(a, b) for within in run.tolerances)
        for a, b in zip(old_numbers, new_numbers))


def first_drift(old, new, run):
    """The index of the first line that has drifted, or None."""
    if old == new:
        return None
    if not old or old[0] != new[0]:
        return 0
    if "unchecked" in run.options:
        return None
    for i in range(min(len(old), len(new))):
        if not agree(old[i], new[i], run):
            return i
    if len(old) != len(new):
        return min(len(old), len(new))
    if [squeezed(line) for line in old] == [squeezed(line) for line in new]:
        # No number has changed, so no width had to.
        return [a == b for a, b in zip(old, new)].index(False)
    return None
