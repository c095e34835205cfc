"""Takes answers out of what a student handed in.

Only the files with exercises are looked at, and of them only what stands
between the marks. No link is followed, and nothing but a regular file of
reasonable size is read.
"""

import os
import stat

import marks

LARGEST = 256 * 1024  # bytes


def read_file(folder, path):
    """The text of a file below the folder, which no link leads to."""
    parts = path.split("/")
    where = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in parts[:-1]:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY |
                            os.O_NOFOLLOW, dir_fd=where)
            os.close(where)
            where = inner
        file = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW |
                       os.O_NONBLOCK, dir_fd=where)
    except OSError as error:
        raise marks.MarkError(f"{path}: {error.strerror}") from None
    finally:
        os.close(where)
    with open(file, "rb") as opened:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise marks.MarkError(f"{path}: this is no regular file")
        if status.st_size > LARGEST:
            raise marks.MarkError(f"{path}: {status.st_size} bytes are too many")
        text = opened.read(LARGEST + 1).decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def answer(folder, exercise):
    """The lines of the student's answer.

    Raises marks.MarkError if the file cannot be read or has not the marks.
    """
    return marks.answer(exercise.file, read_file(folder, exercise.file),
                        exercise.name)
