"""Takes answers out of what a student handed in: a folder or an archive.

Only the files with exercises are looked at, and of them only what stands
between the marks. No link is followed, and nothing but a regular file of
reasonable size is read.
"""

import contextlib
import os
import resource
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import exercises  # noqa: E402
import marks  # noqa: E402

LARGEST = 256 * 1024  # bytes
MOST_MEMBERS = 20_000
MOST_MEMORY = 512 << 20  # bytes, and
SECONDS = 10  # of the processor, for one archive
FILES = sorted({e.file for e in exercises.EXERCISES})


class Unreadable(Exception):
    """Why a submission cannot be opened; one line."""


def read_file(folder, path):
    """The text of a file below the folder, which no link leads to."""
    parts = path.split("/")
    where = None
    try:
        where = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
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
        if where is not None:
            os.close(where)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise marks.MarkError(f"{path}: this is no regular file")
        if status.st_size > LARGEST:
            raise marks.MarkError(f"{path}: {status.st_size} bytes are too "
                                  "many")
        text = os.read(file, LARGEST).decode("utf-8-sig", "replace")
    finally:
        os.close(file)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def answer(folder, exercise):
    """The lines of the student's answer.

    Raises marks.MarkError if the file cannot be read or has not the marks.
    """
    return marks.answer(exercise.file, read_file(folder, exercise.file),
                        exercise.name)


@contextlib.contextmanager
def opened(path):
    """The folder of a submission; of an archive, what is taken out of it."""
    if os.path.isdir(path):
        try:
            folder = folder_in(path)
        except OSError as error:
            raise Unreadable(f"{path}: {error.strerror}") from None
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="submission-") as folder:
        take_out(path, folder)
        yield folder


def take_out(path, folder):
    """Unpacks in a process of its own, which may take only so much: there are
    archives made to fill the memory, or to take hours."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        done = subprocess.run(
            [sys.executable, os.path.abspath(__file__), path, folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, errors="replace", timeout=10 * SECONDS,
            preexec_fn=limit)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"{path}: it takes too long to unpack") from None
    if done.returncode == 2:
        raise Unreadable(f"{path}: {done.stderr.strip()}")
    if done.returncode != 0:
        raise Unreadable(f"{path}: it takes too much to unpack")


def unpack(path, folder):
    """Unpacks; raises Unreadable."""
    try:
        if zipfile.is_zipfile(path):
            unpack_zip(path, folder)
        elif tarfile.is_tarfile(path):
            unpack_tar(path, folder)
        else:
            raise Unreadable("neither a folder nor a zip or tar archive")
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError,
            RuntimeError, NotImplementedError, ValueError) as error:
        lines = str(error).split("\n")
        raise Unreadable(lines[0] or "unreadable") from None


def folder_in(path):
    """The folder itself, or the one folder in it that holds the chapters."""
    if os.path.isdir(os.path.join(path, "chapters")):
        return path
    inner = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    inner = [folder for folder in inner if not os.path.islink(folder) and
             os.path.isdir(os.path.join(folder, "chapters"))]
    return inner[0] if len(inner) == 1 else path


def wanted(name):
    """The file with exercises that a member of an archive is, or None: it
    may stand some folders down, as archives of a whole tree do."""
    for path in FILES:
        above = name.removesuffix(path)
        if above != name and (above == "" or above.endswith("/")):
            return path
    return None


def unpack_zip(path, folder):
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist()[:MOST_MEMBERS]:
            target = wanted(member.filename)
            link = stat.S_ISLNK(member.external_attr >> 16)
            if target and not link and member.file_size <= LARGEST:
                with archive.open(member) as file:
                    keep(folder, target, file.read(LARGEST + 1))


def unpack_tar(path, folder):
    with tarfile.open(path) as archive:
        for count, member in enumerate(archive):
            if count == MOST_MEMBERS:
                break
            target = wanted(member.name)
            if target and member.isreg() and member.size <= LARGEST:
                keep(folder, target, archive.extractfile(member).read())


def keep(folder, path, content):
    target = os.path.join(folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    try:
        unpack(sys.argv[1], sys.argv[2])
    except Unreadable as unreadable:
        print(unreadable, file=sys.stderr)
        sys.exit(2)
