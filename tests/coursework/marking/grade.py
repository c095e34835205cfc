"""Grades what students handed in.

grade.py one SUBMISSION OUT    a folder or an archive, into the folder OUT
grade.py class IN OUT          all in IN, into OUT/NAME and OUT/grades.csv

The environment may hold SEED, and CHAPTERS, such as 01-03. Without a SEED the
hidden values come from one that nobody knows; it is written into the results.
REPORTS is a CSV with marks given by hand. MEASURE=no leaves thread safety and
speed for another time. What could not be measured is pending, and keeps the
score of an earlier grading of the same answer.
Of each submission, results.json is in Gradescope's format and report.txt says
why each point was lost.
"""

import csv
import hashlib
import io
import json
import os
import secrets
import signal
import sys
import time

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import exercises  # noqa: E402
import marks  # noqa: E402
import starter  # noqa: E402
from answer import build, sandbox, submission  # noqa: E402
from marking import dynamics, grading, judge, page, reports  # noqa: E402


# Where the results of one submission go without OUT: those of the next, too.
ANYBODYS = "build/grades/one"


class Refused(Exception):
    """Why nothing is graded; a line for standard error."""


def weights():
    try:
        return grading.read()
    except grading.Bad as error:
        raise Refused(str(error)) from None


# ---- One submission --------------------------------------------------------
def grade(the_judge, folder, points):
    """The tests of results.json for one submission, but for the reports'.

    points: the weights
    """
    rule = None if os.environ.get("MEASURE") == "no" else points.rule
    tests = []
    for exercise in the_judge.exercises:
        own = points.of_exercise(exercise)
        verdicts = the_judge.verdicts(folder, exercise)
        hidden = [v for v, (_, thorough) in zip(verdicts, the_judge.seeds)
                  if thorough]
        visible = [v for v, (_, thorough) in zip(verdicts, the_judge.seeds)
                   if not thorough]
        for part, chosen in (("visible", visible), ("hidden", hidden)):
            if part in own:
                tests.append(test_of(exercise, part, chosen, own[part]))
        right = all(v.outcome == "passed" for v in hidden) if hidden else None
        tests += the_judge.dynamics.tests(folder, exercise, own, right, rule)
    return tests


def test_of(exercise, part, verdicts, most):
    """One entry of results.json: all visible seeds count as one; of the
    hidden ones each counts."""
    if not verdicts:
        return not_measured(exercise, part, most)
    passed = sum(v.outcome == "passed" for v in verdicts)
    if part == "visible":
        passed = len(verdicts) if passed == len(verdicts) else 0
    worst = next((v for v in verdicts if v.outcome != "passed"), None)
    lines = []
    if worst:
        detail = worst.detail if part == "visible" else hidden_detail(worst)
        lines = [worst.outcome + (f": {detail}" if detail else "")]
        lines += worst.notes if part == "visible" else []
    return {
        "number": f"{exercise.chapter}.{part}.{exercise.name}",
        "name": f"chapter {int(exercise.chapter)}, {exercise.name}, "
                f"{part} values",
        "score": round(most * passed / len(verdicts), 6),
        "max_score": round(most, 6),
        "status": "passed" if worst is None else "failed",
        "output": "\n".join(lines),
        "visibility": "visible",
    }


def not_measured(exercise, part, most):
    """Pending, which is not 0: it has no score."""
    return {
        "number": f"{exercise.chapter}.{part}.{exercise.name}",
        "name": f"chapter {int(exercise.chapter)}, {exercise.name}, "
                f"{part} values",
        "max_score": round(most, 6),
        "output": "not measured: nothing isolates answers on this machine; "
                  "install bubblewrap",
        "visibility": "visible",
    }


def hidden_detail(verdict):
    """What may be said of hidden values: which case, and not which number."""
    if verdict.outcome == "failed":
        return verdict.detail.split(": ")[0]
    return verdict.detail


def results(the_judge, tests, extra):
    return {
        "score": round(sum(t.get("score", 0) for t in tests), 2),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "output": f"Isolation: level {the_judge.sandbox.level}. "
                  f"Seed of the hidden values: {extra['seed']}.",
        "extra_data": extra,
        "tests": tests,
    }


def write(path, text):
    """Beside, and then in its place: an old file is lost to nothing."""
    part = path + ".part"
    try:
        with open(part, "w", encoding="utf-8", newline="",
                  errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        if os.path.isfile(part):
            os.remove(part)
        raise


def digests_of(folder, asked):
    """{exercise: what changes when the answer does}."""
    def digest(exercise):
        try:
            lines = submission.answer(folder, exercise)
        except marks.MarkError as error:
            lines = [str(error)]
        return hashlib.sha256(repr(lines).encode()).hexdigest()[:16]
    return {exercise.name: digest(exercise) for exercise in asked}


def grade_into(the_judge, path, out, seed, points, reported=None):
    """Grades one submission, unless OUT has its results already.

    reported: the marks of the reports, or None
    """
    name = name_of(path)
    known = read_results(out)
    with submission.opened(path) as folder:
        extra = {"seed": seed, "level": the_judge.sandbox.level,
                 "weights": points.digest,
                 "measured": os.environ.get("MEASURE") != "no",
                 "answers": digests_of(folder, the_judge.exercises)}
        if known and known["extra_data"] == extra:
            result = dict(known)
        else:
            started = time.monotonic()
            tests = grade(the_judge, folder, points)
            tests = dynamics.keep_measured(tests, extra["answers"], known)
            result = results(the_judge, tests, extra)
            result["execution_time"] = round(time.monotonic() - started, 1)
    merge_reports(result, reported or reports.Marks(out, points.by_hand),
                  name, points)
    if result != known:
        os.makedirs(out, mode=0o700, exist_ok=True)
        write(os.path.join(out, "report.txt"), page.report(name, result))
        write(os.path.join(out, "results.json"),
              json.dumps(result, indent=1) + "\n")
    return result


def merge_reports(result, reported, name, points):
    """Puts the reports' marks, old ones and new, into the result."""
    chapters = sorted({t["number"][:2] for t in result["tests"]})
    tests = [t for t in result["tests"] if part_of(t) != "report"]
    for chapter in chapters:
        own = points.of_chapter(chapter)
        if "report" in own:
            tests.append(reported.entry(name, chapter, own["report"]))
    result["tests"] = tests
    result["score"] = round(sum(t.get("score", 0) for t in tests), 2)


def part_of(test):
    return test["number"].split(".")[1]


def column_of(test):
    return ".".join(test["number"].split(".")[:2])


def read_results(out):
    try:
        with open(os.path.join(out, "results.json"),
                  encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


# ---- A class ---------------------------------------------------------------
def name_of(path):
    """Whose submission it is: an archive's name without its ending."""
    name = os.path.basename(os.path.abspath(path))
    if not os.path.isdir(path):
        for ending in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz"):
            name = name.removesuffix(ending)
    return name


def names_in(folder):
    """{name: path} of the submissions, archives without their endings."""
    found = {}
    for entry in sorted(os.listdir(folder)):
        if entry.startswith("."):
            continue
        name = name_of(os.path.join(folder, entry))
        if name in ("grades.csv", "grades.csv.part"):
            raise Refused(f"{folder}: no submission can be called {name}: the "
                          "results are called so")
        if name in found:
            raise Refused(f"{folder}: both {os.path.basename(found[name])} "
                          f"and {entry} are of {name}")
        found[name] = os.path.join(folder, entry)
    if not found:
        raise Refused(f"{folder}: no submissions")
    return found


def grade_class(the_judge, found, out, seed, points, reported):
    """found: {name: path} of the submissions"""
    failed = []
    for name, path in found.items():
        try:
            result = grade_into(the_judge, path, os.path.join(out, name),
                                seed, points, reported)
            print(f"{name}: {result['score']:g}", flush=True)
        except submission.Unreadable as error:
            failed.append(name)
            print(f"{name}: not graded: {error}", flush=True)
    write_grades(found, out)
    return not failed


def write_grades(names, out):
    """grades.csv: a line a student, a column a chapter and part."""
    rows = {name: read_results(os.path.join(out, name)) for name in names}
    columns = sorted({column_of(t) for result in rows.values() if result
                      for t in result["tests"]})
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["student", "total"] + columns)
    for name, result in rows.items():
        if result is None:
            table.writerow([no_formula(name), "not graded"])
            continue
        table.writerow([no_formula(name), f"{result['score']:g}"] + [
            points_of(result, column) for column in columns])
    write(os.path.join(out, "grades.csv"), text.getvalue())


def no_formula(name):
    """The name as spreadsheets take it for text, whoever chose it."""
    return "'" + name if name.startswith(tuple("=+-@\t\r")) else name


def points_of(result, column):
    """The points of a chapter's part; empty if it was not measured."""
    own = [t for t in result["tests"] if column_of(t) == column]
    if any("score" not in t for t in own):
        return ""
    return page.shown(sum(t["score"] for t in own))


# ---- The command -----------------------------------------------------------
def seed_from(text):
    if not text:
        return secrets.randbelow(2**31)
    if not text.isdecimal() or int(text) >= 2**31:
        raise Refused(f"SEED={text}: give a number below 2147483648")
    return int(text)


def seed_for(text, known, out):
    """SEED; without it that of the results in OUT, so that what is graded
    stands and all of a class have one; where there are none, a new one."""
    seeds = {result["extra_data"]["seed"] for result in known}
    if text or not seeds:
        return seed_from(text)
    if len(seeds) > 1:
        raise Refused(f"{out}: its results have {len(seeds)} seeds: say which "
                      f"to use, such as SEED={min(seeds)}")
    return seeds.pop()


def exercises_of(chapters):
    """The exercises of CHAPTERS, such as 01-03; all without it."""
    if not chapters:
        return exercises.EXERCISES
    first, last = starter.chosen_chapters(chapters)
    return [e for e in exercises.EXERCISES if first <= e.chapter <= last]


def asked_for(chapters, known, out):
    """The exercises of CHAPTERS; without it those of the results in OUT, if
    it has any. CHAPTERS must leave out no chapter of those results."""
    asked = exercises_of(chapters)
    graded = {t["number"][:2] for result in known for t in result["tests"]}
    if graded and not chapters:
        return [e for e in asked if e.chapter in graded]
    if lost := sorted(graded - {e.chapter for e in asked}):
        raise Refused(f"{out}: it has results of chapter {int(lost[0])}, too, "
                      f"which CHAPTERS={chapters} would drop: name another "
                      "OUT")
    return asked


def tell_unused(news, asked):
    """Says of which chapters there are marks, but no grading."""
    graded = {e.chapter for e in asked}
    for chapter in sorted({chapter for _, chapter in news} - graded):
        print(f"grade: marks of chapter {int(chapter)} are kept, and not "
              "counted: that chapter is not graded now", file=sys.stderr)


def run(mode, source, out):
    if not os.path.exists(source):
        raise Refused(f"{source}: there is no such file or folder")
    if mode == "class" and not os.path.isdir(source):
        raise Refused(f"{source}: this is no folder of submissions")
    if mode == "class" and os.path.realpath(source) == os.path.realpath(out):
        raise Refused(f"{out}: OUT must be another folder than IN")
    points = weights()
    if mode == "class":
        found = names_in(source)
        known = [result for name in found
                 if (result := read_results(os.path.join(out, name)))]
        seed = seed_for(os.environ.get("SEED"), known, out)
    else:
        found = {name_of(source): source}
        known = [] if out == ANYBODYS else [
            result for result in [read_results(out)] if result]
        seed = seed_from(os.environ.get("SEED"))
    asked = asked_for(os.environ.get("CHAPTERS"), known, out)
    reported = reports.Marks(out, points.by_hand, os.environ.get("REPORTS"),
                             found if mode == "class" else None)
    tell_unused(reported.news, asked)
    # For nobody else on this machine: these are marks.
    os.makedirs(out, mode=0o700, exist_ok=True)
    if reported.news:
        write(reported.path, reported.text())
    if sys.stderr.isatty():
        print("grade: the solutions are built first", file=sys.stderr)
    with judge.Judge(asked, seed, points.seeds) as the_judge:
        if the_judge.sandbox.level == "C":
            print("grade: nothing isolates answers here, so hidden values are "
                  "not tried: bubblewrap is missing or does not work, and "
                  + sandbox.why_not_b(), file=sys.stderr, flush=True)
        the_judge.learn_all()
        if mode == "class":
            return grade_class(the_judge, found, out, seed, points, reported)
        result = grade_into(the_judge, source, out, seed, points, reported)
        print(page.report(name_of(source), result), end="")
        return True


def main(arguments):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A file's name may be any bytes.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        if len(arguments) != 3 or arguments[0] not in ("one", "class") or (
                "" in arguments):
            raise Refused("say what to grade: make grade SUBMISSION=path, or "
                          "make grade-class IN=folder OUT=folder")
        return 0 if run(*arguments) else 1
    except (Refused, reports.Bad, starter.Refused, submission.Unreadable,
            marks.MarkError, judge.Busy) as error:
        print(f"grade: {error}", file=sys.stderr)
        return 2
    except build.CompileError as error:
        print("grade: the solutions: " + check.first_error(str(error))[0],
              file=sys.stderr)
        return 2
    except OSError as error:
        print(f"grade: {error.filename or 'writing'}: {error.strerror}",
              file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("grade: interrupted; what was graded stands, and with the same "
              "SEED it goes on from there", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
