"""Adds to a student's tree what has a code host try the visible values.

classroom.py DIR   DIR: a tree that `make starter` wrote

It becomes the template from which students' repositories are made. Nothing
hidden is in it: what runs there is the student's own `make check01`.
"""

import os
import shutil
import sys

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402

FILES = os.path.join(check.HERE, "platforms", "classroom")
WORKFLOW = ".github/workflows/coursework.yml"


def put(source, directory, path):
    target = os.path.join(directory, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(os.path.join(FILES, source), target)
    return target


def main(arguments):
    # zsh leaves the ~ in DIR=~/x.
    directory = os.path.expanduser(arguments[0]) if len(arguments) == 1 else ""
    given = os.path.join(directory, "tests/coursework/given")
    if not directory or not os.path.isdir(given):
        print(f"classroom: {directory or 'DIR'} is no student's tree: first "
              "'make starter DIR=path', then 'make classroom DIR=path'",
              file=sys.stderr)
        return 2
    try:
        written = put("coursework.yml", directory, WORKFLOW)
    except OSError as error:
        print(f"classroom: {error.filename}: {error.strerror}",
              file=sys.stderr)
        return 2
    print(f"{written} tries the visible values.\nFor Classroom 50, the "
          "autograder.py is in tests/coursework/platforms/classroom/.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
