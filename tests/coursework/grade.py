"""Grades what students handed in.

grade.py one SUBMISSION OUT    a folder or an archive, into the folder OUT
grade.py class IN OUT          all in IN, into OUT/NAME and OUT/grades.csv

The environment may hold SEED, and CHAPTERS, such as 01-03. Without a SEED the
hidden values come from one that nobody knows; it is written into the results.
Of each submission, results.json is in Gradescope's format and report.txt says
why each point was lost.
"""

import csv
import hashlib
import json
import os
import secrets
import signal
import sys
import time

import check
import exercises
import judge
import marks
import starter
import submission

WEIGHTS = os.path.join(check.HERE, "grading.json")


class Refused(Exception):
    """Why nothing is graded; a line for standard error."""


def weights():
    try:
        with open(WEIGHTS, encoding="utf-8") as file:
            read = json.load(file)
        points = read["points per chapter"]
        found = {"visible": float(points["visible"]),
                 "hidden": float(points["hidden"]),
                 "seeds": int(read["hidden seeds"])}
        if min(found.values()) < 0 or not 1 <= found["seeds"] <= 100:
            raise ValueError("a number is out of range")
        return found
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Refused(f"{WEIGHTS}: {error}") from None


# ---- One submission --------------------------------------------------------
def grade(the_judge, folder, points):
    """The tests of results.json for one submission."""
    tests = []
    for exercise in the_judge.exercises:
        share = len(exercises.of_chapter(exercise.chapter))
        verdicts = the_judge.verdicts(folder, exercise)
        for part, chosen in (
                ("visible", [v for v, (_, thorough) in zip(
                    verdicts, the_judge.seeds) if not thorough]),
                ("hidden", [v for v, (_, thorough) in zip(
                    verdicts, the_judge.seeds) if thorough])):
            tests.append(test_of(exercise, part, chosen,
                                 points[part] / share))
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
        "score": round(most * passed / len(verdicts), 3),
        "max_score": round(most, 3),
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
        "max_score": round(most, 3),
        "output": "not measured: nothing isolates answers on this machine; "
                  "install bubblewrap",
        "visibility": "visible",
    }


def hidden_detail(verdict):
    """What may be said of hidden values: which case, and not which number."""
    if verdict.outcome == "failed":
        return verdict.detail.split(": ")[0]
    return verdict.detail


def results(the_judge, tests, seed, digest):
    return {
        "score": round(sum(t.get("score", 0) for t in tests), 2),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "output": f"Isolation: level {the_judge.sandbox.level}. "
                  f"Seed of the hidden values: {seed}.",
        "extra_data": {"seed": seed, "submission": digest,
                       "level": the_judge.sandbox.level},
        "tests": tests,
    }


def report(name, result):
    """One page: what each chapter earned, and why each point was lost."""
    tests = result["tests"]
    total = sum(t["max_score"] for t in tests)
    lines = [f"{name}: {result['score']:g} of {total:g} points", ""]
    for chapter in sorted({t["number"][:2] for t in tests}):
        own = [t for t in tests if t["number"].startswith(chapter)]
        lines.append(f"Chapter {int(chapter)}: "
                     f"{sum(t.get('score', 0) for t in own):g} of "
                     f"{sum(t['max_score'] for t in own):g}")
        for test in own:
            lost = test["max_score"] - test.get("score", 0)
            if lost > 0.001:
                what = test["name"].split(", ", 1)[1]
                sign = "-" if "score" in test else "?"
                lines.append(f"  {sign}{lost:g}  {what}: "
                             + test["output"].split("\n")[0])
        lines.append("")
    lines.append(result["output"])
    return "\n".join(lines) + "\n"


def write(path, text):
    """Beside, and then in its place: an old file is lost to nothing."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".part", path)


def digest_of(folder, asked):
    """Changes when an answer changes, or other exercises are asked for."""
    digest = hashlib.sha256()
    for exercise in asked:
        try:
            lines = submission.answer(folder, exercise)
        except marks.MarkError as error:
            lines = [str(error)]
        digest.update(repr((exercise.name, lines)).encode())
    return digest.hexdigest()


def grade_into(the_judge, path, out, seed, points):
    """Grades one submission, unless OUT has its results already."""
    name = os.path.basename(os.path.normpath(path))
    with submission.opened(path) as folder:
        digest = digest_of(folder, the_judge.exercises)
        known = read_results(out)
        if known and known["extra_data"] == {
                "seed": seed, "submission": digest,
                "level": the_judge.sandbox.level}:
            return known
        started = time.monotonic()
        tests = grade(the_judge, folder, points)
        result = results(the_judge, tests, seed, digest)
        result["execution_time"] = round(time.monotonic() - started, 1)
    os.makedirs(out, exist_ok=True)
    write(os.path.join(out, "report.txt"), report(name, result))
    write(os.path.join(out, "results.json"),
          json.dumps(result, indent=1) + "\n")
    return result


def read_results(out):
    try:
        with open(os.path.join(out, "results.json"),
                  encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


# ---- A class ---------------------------------------------------------------
def names_in(folder):
    """{name: path} of the submissions, archives without their endings."""
    found = {}
    for entry in sorted(os.listdir(folder)):
        if entry.startswith("."):
            continue
        name = entry
        for ending in (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz"):
            if entry.endswith(ending) and not os.path.isdir(
                    os.path.join(folder, entry)):
                name = entry.removesuffix(ending)
        if name in found:
            raise Refused(f"{folder}: both {os.path.basename(found[name])} "
                          f"and {entry} are of {name}")
        found[name] = os.path.join(folder, entry)
    if not found:
        raise Refused(f"{folder}: no submissions")
    return found


def grade_class(the_judge, folder, out, seed, points):
    found = names_in(folder)
    failed = []
    for name, path in found.items():
        try:
            result = grade_into(the_judge, path, os.path.join(out, name),
                                seed, points)
            print(f"{name}: {result['score']:g}", flush=True)
        except submission.Unreadable as error:
            failed.append(name)
            print(f"{name}: not graded: {error}", flush=True)
    write_grades(found, out)
    return not failed


def write_grades(names, out):
    """grades.csv: a line a student, a column a chapter and part."""
    rows = {name: read_results(os.path.join(out, name)) for name in names}
    columns = sorted({t["number"].rsplit(".", 1)[0]
                      for result in rows.values() if result
                      for t in result["tests"]})
    path = os.path.join(out, "grades.csv")
    with open(path + ".part", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["student", "total"] + columns)
        for name, result in rows.items():
            if result is None:
                table.writerow([name, "not graded"])
                continue
            table.writerow([name, f"{result['score']:g}"] + [
                points_of(result, column) for column in columns])
    os.replace(path + ".part", path)


def points_of(result, column):
    """The points of a chapter's part; empty if it was not measured."""
    own = [t for t in result["tests"]
           if t["number"].rsplit(".", 1)[0] == column]
    if any("score" not in t for t in own):
        return ""
    return f"{sum(t['score'] for t in own):g}"


# ---- The command -----------------------------------------------------------
def seed_from(text):
    if not text:
        return secrets.randbelow(2**31)
    if not text.isdecimal() or int(text) >= 2**31:
        raise Refused(f"SEED={text}: give a number below 2147483648")
    return int(text)


def asked_for(text):
    """The exercises of CHAPTERS, all without it."""
    if not text:
        return exercises.EXERCISES
    first, last = starter.chosen_chapters(text)
    return [e for e in exercises.EXERCISES if first <= e.chapter <= last]


def run(mode, source, out):
    if not os.path.exists(source):
        raise Refused(f"{source}: there is no such file or folder")
    if mode == "class" and not os.path.isdir(source):
        raise Refused(f"{source}: this is no folder of submissions")
    points = weights()
    seed = seed_from(os.environ.get("SEED"))
    asked = asked_for(os.environ.get("CHAPTERS"))
    os.makedirs(out, exist_ok=True)
    with judge.Judge(asked, seed, points["seeds"]) as the_judge:
        the_judge.learn_all()
        if mode == "class":
            return grade_class(the_judge, source, out, seed, points)
        result = grade_into(the_judge, source, out, seed, points)
        name = os.path.basename(os.path.normpath(source))
        print(report(name, result), end="")
        return True


def main(arguments):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if len(arguments) != 3 or arguments[0] not in ("one", "class") or (
                "" in arguments):
            raise Refused("say what to grade: make grade SUBMISSION=path, or "
                          "make grade-class IN=folder OUT=folder")
        return 0 if run(*arguments) else 1
    except (Refused, starter.Refused, submission.Unreadable,
            marks.MarkError) as error:
        print(f"grade: {error}", file=sys.stderr)
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
