"""The result of the visible tests, for a code host to show.

result.py [FOLDER]   writes FOLDER/result.json and, where GITHUB_STEP_SUMMARY
                     names a file, a summary to read

The form is Classroom 50's, "classroom50/result/v1". Who and what is graded is
in the environment, as its runner and GitHub Actions set it.
https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
"""

import datetime
import json
import os
import subprocess
import sys

import check
import exercises
import marks
from answer import build

SCHEMA = "classroom50/result/v1"


def asked():
    """The exercises that were given out to be solved."""
    tree = check.given_tree()
    there = [e for e in exercises.EXERCISES if tree.solution(e)]
    if not os.path.exists(check.GIVEN):
        return there
    return [e for e in there if marks.is_stub(tree.body(e))]


def tests_of(found, verdicts):
    """An entry a test; its points are whole numbers, as the form asks."""
    for exercise, verdict in zip(found, verdicts):
        share = len([e for e in found if e.chapter == exercise.chapter])
        points = check.POINTS // share
        passed = verdict.outcome == "passed"
        yield {"test-name": f"chapter {int(exercise.chapter)}, "
                            f"{exercise.name}",
               "passed": passed,
               "score": points if passed else 0,
               "max-score": points,
               "output": "\n".join([": ".join(filter(None, verdict[:2]))] +
                                   verdict.notes)}


# ---- Who and what ----------------------------------------------------------
def committed():
    """When the commit was made: the time of the submission, whenever it is
    graded. Without a repository, now."""
    try:
        done = subprocess.run(
            ["git", "-c", f"safe.directory={check.ROOT}", "log", "-1",
             "--format=%ct"], cwd=check.ROOT, text=True, capture_output=True)
        seconds = int(done.stdout)
    except (OSError, ValueError):
        seconds = datetime.datetime.now().timestamp()
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def identity(env):
    """Classroom 50's names for them, or else what GitHub says."""
    owner, _, repository = env.get("GITHUB_REPOSITORY", "").partition("/")
    page = (env.get("GITHUB_SERVER_URL", "https://github.com") +
            f"/{owner}/{repository}")
    sha = env.get("GITHUB_SHA", "")
    commit = env.get("COMMIT_URL") or f"{page}/commit/{sha}"
    return {
        "classroom": env.get("CLASSROOM") or owner,
        "assignment": env.get("ASSIGNMENT") or repository,
        "assignment_type": env.get("ASSIGNMENT_TYPE") or "individual",
        "owner": env.get("USERNAME") or env.get("OWNER") or
                 env.get("GITHUB_ACTOR", ""),
        "submission": env.get("SUBMISSION_TAG") or f"submit/{sha}",
        "commit": commit,
        "release": env.get("RELEASE_URL") or commit,
        "review": env.get("REVIEW_URL") or commit,
        "datetime": committed(),
    }


def result_of(tests):
    return {"schema": SCHEMA, **identity(os.environ),
            "score": sum(t["score"] for t in tests),
            "max-score": sum(t["max-score"] for t in tests),
            "tests": tests}


# ---- To read ---------------------------------------------------------------
def summary(result):
    """A page in Markdown: a table, and below it why each test failed."""
    lines = [f"## {result['score']} of {result['max-score']} points for "
             "visible values", "", "| exercise | points | |", "|---|---|---|"]
    for test in result["tests"]:
        outcome = test["output"].split("\n")[0].split(": ")[0]
        lines.append(f"| {test['test-name']} | {test['score']} of "
                     f"{test['max-score']} | {outcome} |")
    for test in result["tests"]:
        if ": " in test["output"]:
            lines += ["", f"### {test['test-name']}", ""]
            lines += ["    " + line for line in test["output"].split("\n")]
    return "\n".join(lines + [
        "", "Hidden values are tried when your instructor grades. The same at "
        "home: `make check01`, and `make hint01` for a hint.", ""])


def main(arguments):
    folder = arguments[0] if arguments else "."
    tree, toolchain = check.given_tree(), build.Toolchain()
    found = asked()
    verdicts = build.side_by_side(
        lambda e: check.check_exercise(tree, e, toolchain), found)
    result = result_of(list(tests_of(found, verdicts)))
    path = os.path.join(folder, "result.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    os.replace(path + ".part", path)
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a",
                  encoding="utf-8") as file:
            file.write(summary(result))
    print(f"{path}: {result['score']} of {result['max-score']} points for "
          "visible values")


if __name__ == "__main__":
    main(sys.argv[1:])
