"""Packs what a student hands in: the files with exercises.

hand_in.py ARCHIVE
"""

import os
import sys
import zipfile

import check
import marks
import result
from answer import submission


def main(arguments):
    [target] = arguments
    missing = []
    for exercise in result.asked():
        try:
            if marks.is_stub(submission.answer(check.ROOT, exercise)):
                missing.append(exercise.name)
        except marks.MarkError as error:
            print(f"hand_in: {error}; put the marks back first",
                  file=sys.stderr)
            return 2
    with zipfile.ZipFile(target + ".part", "w",
                         zipfile.ZIP_DEFLATED) as archive:
        for path in submission.FILES:
            if os.path.exists(os.path.join(check.ROOT, path)):
                archive.write(os.path.join(check.ROOT, path), path)
    os.replace(target + ".part", target)
    print(f"{target}: hand in this file."
          + (f" Not attempted: {', '.join(missing)}." if missing else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
