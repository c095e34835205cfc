"""The student's loop.

check.py check CHAPTER   tests the exercises of a chapter, one by one
check.py hint CHAPTER    shows a hint for the first that fails
check.py watch CHAPTER   checks at every save
check.py expect [NAME..] records what the solutions compute
"""

import json
import os
import re
import signal
import sys
import time

import exercises
import marks
from answer import build, probe, screen, submission, symbols

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EXPECTED = os.path.join(HERE, "expected")
# In a student's tree: the files with exercises as they were given out. What
# the student writes outside of the marks does not count.
GIVEN = os.path.join(HERE, "given")
SEEDS = [1, 2, 3]
POINTS = 20  # for the visible values of a chapter


def expected(exercise, seed):
    path = os.path.join(EXPECTED, f"{exercise.name}.{seed}.txt")
    with open(path, encoding="utf-8") as file:
        return file.read()


def build_folder(exercise):
    return os.path.join(ROOT, os.environ["OUT"], "coursework", exercise.name)


def given_tree():
    return exercises.Tree(GIVEN if os.path.exists(GIVEN) else ROOT)


def check_exercise(tree, exercise, toolchain):
    """The verdict on the answer that stands in the student's file."""
    try:
        answer = submission.answer(ROOT, exercise)
    except marks.MarkError as error:
        return probe.Verdict("not taken", str(error))
    if marks.is_stub(answer):
        return probe.Verdict("not attempted")
    if why := screen.objection(answer):
        return probe.Verdict("not taken", why)
    texts = build.overlay(tree, exercise, answer, with_standins=True)
    try:
        program = build.build_probe(ROOT, build_folder(exercise),
                                    exercise, texts, toolchain)
    except build.CompileError as error:
        return probe.Verdict("does not compile", *first_error(
            str(error), exercise.file, tree.solution(exercise), answer))
    if why := symbols.objection_at_home(os.path.dirname(program)):
        return probe.Verdict("not taken", why)
    for seed in SEEDS:
        report, verdict, said = probe.run_probe(program, seed, False,
                                                exercise.seconds)
        if verdict is None:
            verdict = probe.compare(report, expected(exercise, seed))
        if verdict.outcome != "passed":
            return verdict._replace(notes=verdict.notes + printed(said))
    return verdict


# What a linker says, and what a compiler says where an include is missing.
LINKING = re.compile(r"(undefined reference to|multiple definition of) .*")
MISSING = re.compile(r"is not a member of|was not declared|has not been decl"
                     r"|no (member|template|type) named|undeclared identifier"
                     r"|does not name a type|incomplete type")


def first_error(text, path="", solution=None, answer=()):
    """The first error and what to add to it.

    path, solution: the file and where in it the compiler took the answer to
    be. It shows the lines of that file in the tree, where the answer is not.
    """
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if found := LINKING.search(line):
            return "error: " + found[0], []
        if re.search(r"\berror: ", line):
            break
    else:
        return lines[0], []
    here = path and line.startswith(path + ":")
    notes = [] if here else [below for below in lines[i + 1:i + 3] if below]
    if solution:
        own = own_line([line] + lines[:i][::-1] + lines[i:], path,
                       solution.first + 2, answer)
        notes = ([own] if own else []) + notes
    if MISSING.search(line):
        notes.append("what is included outside of the marks does not count: "
                     "tests/coursework/probes/usual.hpp says what there is")
    return line, notes


def own_line(lines, path, first, answer):
    """The first line of the answer that is named, as the student knows it."""
    for line in lines:
        found = re.search(re.escape(path) + r":(\d{1,9}):", line)
        number = int(found[1]) - first if found else -1
        if 0 <= number < len(answer):
            return f"line {number + 1} of the answer: {answer[number].strip()}"
    return None


def printed(said):
    lines = said.rstrip("\n").split("\n") if said.strip() else []
    more = [f"... and {len(lines) - 20} lines more"] if len(lines) > 20 else []
    return ["it printed:"] + lines[:20] + more if lines else []


def check(chapter):
    """Checks a chapter; prints and remembers the verdicts."""
    tree = given_tree()
    toolchain = build.Toolchain()
    found = exercises.of_chapter(chapter)
    verdicts = build.side_by_side(
        lambda e: check_exercise(tree, e, toolchain), found)
    width = max(len(v.outcome) for v in verdicts)
    for exercise, verdict in zip(found, verdicts):
        show(exercise, verdict, width)
    remember(chapter, found, verdicts)
    passed = sum(v.outcome == "passed" for v in verdicts)
    points = POINTS * passed // len(found)
    print(f"\n{passed} of {len(found)} exercises, {points} of {POINTS} points "
          "for visible values")
    print(next_step(chapter, found, verdicts))


def show(exercise, verdict, width):
    line = f"  {verdict.outcome:{width}}  {exercise.name}"
    print(line + (f": {verdict.detail}" if verdict.detail else ""))
    for note in verdict.notes:
        print("      " + note)


def next_step(chapter, found, verdicts):
    for exercise, verdict in zip(found, verdicts):
        if verdict.outcome == "not taken":
            return (f"Next: {exercise.name} in {exercise.file}: what stands "
                    "above keeps it from being tried.")
        if verdict.outcome != "passed":
            return (f"Next: {exercise.name} in {exercise.file}. "
                    f"'make hint{chapter}' gives a hint.")
    after = f"{int(chapter) + 1:02}"
    if any(os.path.exists(os.path.join(ROOT, e.file))
           for e in exercises.of_chapter(after)):
        return f"Chapter {int(chapter)} is done. Next: 'make check{after}'."
    return f"Chapter {int(chapter)} is done."


def memory(chapter):
    return os.path.join(ROOT, os.environ["OUT"], "coursework",
                        chapter + ".json")


def remember(chapter, found, verdicts):
    path = memory(chapter)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump({e.name: v.outcome for e, v in zip(found, verdicts)}, file)
    os.replace(path + ".part", path)


def hints(chapter):
    """{exercise: [hint, ...]}: in hints/NN.md, a paragraph each."""
    found, current = {}, None
    text = exercises.read(HERE, f"hints/{chapter}.md")
    for block in text.split("\n\n"):
        block = block.strip()
        if block.startswith("## "):
            current = found.setdefault(block[3:].strip(), [])
        elif block and current is not None:
            current.append(block)
    return found


def hint(chapter):
    """The next hint for the first exercise that failed in the last check."""
    try:
        with open(memory(chapter), encoding="utf-8") as file:
            outcomes = json.load(file)
    except (OSError, ValueError):
        print(f"Run 'make check{chapter}' first: a hint is for what fails.")
        return
    failing = [e.name for e in exercises.of_chapter(chapter)
               if outcomes.get(e.name) != "passed"]
    if not failing:
        print(f"All exercises of chapter {int(chapter)} passed.")
        return
    name = failing[0]
    if outcomes.get(name) == "not taken":
        print(f"{name} was not tried: 'make check{chapter}' says why, and what "
              "to change.")
        return
    known = hints(chapter)[name]
    seen = os.path.join(build_folder(exercises.named(name)) + ".hints")
    shown = os.path.getsize(seen) if os.path.exists(seen) else 0
    which = min(shown, len(known) - 1)
    print(f"{name}, hint {which + 1} of {len(known)}:\n\n{known[which]}")
    os.makedirs(os.path.dirname(seen), exist_ok=True)
    with open(seen, "a", encoding="utf-8") as file:
        file.write("." if shown < len(known) else "")


def watch(chapter):
    """Checks again whenever a file with an exercise was saved."""
    files = sorted({os.path.join(ROOT, e.file)
                    for e in exercises.of_chapter(chapter)})
    before = None
    while True:
        now = [os.stat(path).st_mtime_ns for path in files
               if os.path.exists(path)]
        if now != before:
            before = now
            print(f"\n--- {time.strftime('%H:%M:%S')}")
            check(chapter)
        time.sleep(0.3)


def expect(toolchain, names):
    """Records the reference's reports, which a student's are compared to."""
    tree = exercises.Tree(ROOT)
    os.makedirs(EXPECTED, exist_ok=True)

    def record(exercise):
        texts = build.overlay(tree, exercise, tree.body(exercise), True)
        program = build.build_probe(ROOT, build_folder(exercise),
                                    exercise, texts, toolchain)
        for seed in SEEDS:
            report, verdict, said = probe.run_probe(program, seed, False,
                                                    exercise.seconds)
            if verdict:
                raise SystemExit(f"{exercise.name}: {verdict.detail}\n{said}")
            name = f"{exercise.name}.{seed}.txt"
            with open(os.path.join(EXPECTED, name), "w",
                      encoding="utf-8") as file:
                file.write(report + "\n")

    build.side_by_side(record, [e for e in exercises.EXERCISES
                                if not names or e.name in names])


def main(arguments):
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    actions = {"check": check, "hint": hint, "watch": watch}
    try:
        if arguments[:1] == ["expect"]:
            expect(build.Toolchain(), arguments[1:])
            return 0
        if len(arguments) == 2 and arguments[0] in actions:
            actions[arguments[0]](arguments[1])
            return 0
    except (marks.MarkError, build.CompileError) as error:
        print(f"check: {error}", file=sys.stderr)
        return 2
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
