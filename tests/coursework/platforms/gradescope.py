"""Packs Gradescope's autograder, and hands it the results.

gradescope.py pack ARCHIVE          writes the zip to upload
gradescope.py deliver RESULTS FILE  from grade.py's results to Gradescope's

The environment may hold CHAPTERS, such as 01-03, and HIDDEN, which says when
students see how hidden values went: visible, after_due_date, after_published
or hidden. https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json
import os
import re
import sys
import zipfile

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import starter  # noqa: E402
from marking import grade  # noqa: E402

SCRIPTS = os.path.join(check.HERE, "platforms", "gradescope")
# What grading needs, and LEFT_OUT of it.
PACKED = ["Makefile", "LICENSE", "CITATION.cff", ".gitignore", ".clang-format",
          "README.md", "common", "chapters", "data", "docs", "tests"]
LEFT_OUT = re.compile(r".*/__pycache__|data/(fashion-)?mnist|.*\.(lock|part)")
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
# A zip has local times. Those of the future would have make build the same
# things again for every submission.
LONG_AGO = (2020, 1, 1, 0, 0, 0)


class Refused(Exception):
    """Why nothing is written; one line."""


# ---- Packing ---------------------------------------------------------------
def files_below(path):
    """The paths of the tree's files at or below `path`."""
    full = os.path.join(check.ROOT, path)
    if LEFT_OUT.fullmatch(path) or not os.path.exists(full):
        return  # a link to nothing, or a hidden file that was not copied
    if os.path.isdir(full):
        for name in sorted(os.listdir(full)):
            yield from files_below(f"{path}/{name}")
    else:
        yield path


def settings():
    """The file that both scripts read."""
    chapters = os.environ.get("CHAPTERS") or ""
    grade.exercises_of(chapters)  # refuses what there is not
    hidden = os.environ.get("HIDDEN") or "visible"
    if hidden not in VISIBILITIES:
        raise Refused(f"HIDDEN={hidden}: choose one of "
                      + ", ".join(VISIBILITIES))
    return ("# Of the archive; the scripts read it.\n"
            f"export CHAPTERS={chapters} HIDDEN={hidden}\n"
            "# No processor of its own: an image may run on another one than\n"
            "# it was built on. And one compiler at a time: a container sees\n"
            "# all processors of its machine, and has little memory.\n"
            "ARCH=\n"
            "export JOBS=1\n")


def add(archive, name, content, executable=False):
    member = zipfile.ZipInfo(name, LONG_AGO)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = (0o100755 if executable else 0o100644) << 16
    archive.writestr(member, content)


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def pack(target):
    grade.weights()  # refuses what cannot be graded with
    part = target + ".part"
    with zipfile.ZipFile(part, "w") as archive:
        add(archive, "settings", settings())
        for name in ("setup.sh", "run_autograder"):
            add(archive, name, content_of(os.path.join(SCRIPTS, name)), True)
        for top in PACKED:
            for path in files_below(top):
                add(archive, "book/" + path,
                    content_of(os.path.join(check.ROOT, path)))
    os.replace(part, target)
    print(f"{target}, {os.path.getsize(target) // 1024} KiB: upload it as an "
          "assignment's autograder.")


# ---- Delivering ------------------------------------------------------------
def deliver(source, target):
    """Puts the results in their place, unless they are no marks."""
    with open(source, encoding="utf-8") as file:
        result = json.load(file)
    if result["extra_data"]["level"] == "C":
        raise Refused("nothing isolates answers here, so hidden values were "
                      "not measured: the container has to run as root")
    for test in result["tests"]:
        if ".hidden." in test["number"]:
            test["visibility"] = os.environ.get("HIDDEN") or "visible"
    grade.write(target, json.dumps(result, indent=1) + "\n")


def main(arguments):
    try:
        if len(arguments) == 2 and arguments[0] == "pack" and arguments[1]:
            pack(arguments[1])
            return 0
        if len(arguments) == 3 and arguments[0] == "deliver":
            deliver(*arguments[1:])
            return 0
        print(__doc__, file=sys.stderr)
    except (Refused, grade.Refused, starter.Refused) as error:
        print(f"gradescope: {error}", file=sys.stderr)
    except OSError as error:
        print(f"gradescope: {error.filename}: {error.strerror}",
              file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
