"""deque.py PROGRAM [WEAKENING]: a shortest way to a bad end, as text.

The names are those of deque.json, which `make stepper` writes: the stepper of
the book's site walks in it, and this prints one walk for who reads elsewhere.
"""
import json
import pathlib
import sys
from collections import deque

FILE = pathlib.Path(__file__).with_suffix(".json")
WIDTH = 25


def named(things, name, what):
    for thing in things:
        if thing["name"] == name:
            return thing
    known = ", ".join(f"'{thing['name']}'" for thing in things)
    sys.exit(f"deque.py: there is no {what} '{name}', but {known}")


def ways_from(program, state):
    """[(step, state)]; a state below 0 is an end."""
    if state < 0:
        return []
    flat = program["states"][state]
    return [(program["steps"][flat[i]], flat[i + 1])
            for i in range(0, len(flat), 2)]


def times(task):
    return len(task["takers"]) + task["left"]


def loses_or_doubles(end):
    return any(times(task) != 1 for task in end.get("tasks", []))


def shortest_way(program, start):
    """The steps to the nearest end that loses a task or doubles one, and that
    end; or to one that is bad otherwise; or None."""
    came_from, reached, bad = {start: None}, deque([start]), None
    while reached:
        state = reached.popleft()
        if state < 0:
            end = program["ends"][-1 - state]
            if loses_or_doubles(end):
                return steps_to(came_from, state), end
            if not end["good"] and bad is None:
                bad = state
        for step, to in ways_from(program, state):
            if to not in came_from:
                came_from[to] = state, step
                reached.append(to)
    if bad is None:
        return None
    return steps_to(came_from, bad), program["ends"][-1 - bad]


def steps_to(came_from, state):
    steps = []
    while came_from[state]:
        state, step = came_from[state]
        steps.insert(0, step)
    return steps


# ---- Words -----------------------------------------------------------------
def name_of(program, thread):
    if thread == 1:
        return "owner"
    return "thief" if program["thieves"] == 1 else f"thief {thread - 1}"


def place(program, step):
    location = program["locations"][step["at"]]
    return location["name"] + (f" {location['slot']}"
                               if "slot" in location else "")


def text_of(program, step):
    text = f"{step['what']} {place(program, step)}"
    if step["what"] == "swap" and "wrote" in step:
        return f"{text}: {step['read']} -> {step['wrote']}"
    if "wrote" in step:
        return f"{text}: {step['wrote']}"
    if "read" in step:
        return f"{text}: {step['read']}" + (" (old)" if "newer" in step else "")
    return text


def result_of(step):
    what, _, task = step.get("result", "").partition(" ")
    if what in ("got", "pushed"):
        return f"{what} {task if task != 'none' else 'an empty slot'}"
    return {"": "", "empty": "found nothing", "lost": "lost the race"}[what]


def say_end(program, end):
    if "failure" in end:
        return [end["failure"][0].upper() + end["failure"][1:]]
    lines = []
    for letter, task in zip("ABCD", end["tasks"]):
        count = {0: "was lost", 1: "ran once", 2: "ran twice"}[times(task)]
        lines.append(f"Task {letter} {count}." +
                     (" Whoever has it may not see its contents."
                      if task["unseeing"] else ""))
    return lines


# ---- The table -------------------------------------------------------------
def table(program, steps):
    threads = range(1, 2 + program["thieves"])
    yield [name_of(program, thread) for thread in threads] + ["top", "bottom"]
    ends = [location["value"] for location in program["locations"][:2]]
    for step in steps:
        if step["at"] < 2 and "wrote" in step:
            ends[step["at"]] = step["wrote"]
        for text in filter(None, [text_of(program, step), result_of(step)]):
            cells = [""] * len(threads)
            cells[step["thread"] - 1] = text
            yield cells + ends


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    programs = json.loads(FILE.read_text(encoding="utf-8"))["programs"]
    program = named(programs, sys.argv[1], "program")
    variant = named(program["variants"], "".join(sys.argv[2:]), "weakening")
    found = shortest_way(program, variant["start"])
    if not found:
        print(f"Nothing goes wrong in any of its {variant['states']} states.")
        return
    for *cells, top, bottom in table(program, found[0]):
        print("".join(f"{cell:{WIDTH}}" for cell in cells) +
              f"{top:>3} {bottom:>7}")
    print("\n".join(say_end(program, found[1])))


if __name__ == "__main__":
    main()
