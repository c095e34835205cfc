"""Object files that were compiled before, by what they were compiled from.

Most of what a probe is built from is the same for all exercises of a chapter,
and for all mistakes that mutants.py makes in one of them.
"""

import hashlib
import json
import os
import shutil


def key_of(*things):
    return hashlib.sha256(repr(things).encode()).hexdigest()


class Store:
    """Object files and, for each, the files it was compiled from."""

    def __init__(self, folder):
        self.folder = folder

    def get(self, key, digest_of, target):
        """Copies to `target` an object whose files are now as they were."""
        folder = os.path.join(self.folder, key)
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if not name.endswith(".json"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                known = json.load(file)
            if all(digest_of(path) == was for path, was in known.items()):
                shutil.copy(os.path.join(folder, name[:-5] + ".o"), target)
                return True
        return False

    def put(self, key, digest_of, target, paths):
        """Keeps the object at `target`, compiled from these files."""
        known = {path: digest_of(path) for path in paths}
        folder = os.path.join(self.folder, key)
        os.makedirs(folder, exist_ok=True)
        name = os.path.join(folder, key_of(sorted(known.items())))
        part = f"{name}.{os.getpid()}.{id(known)}"
        shutil.copy(target, part)
        os.replace(part, name + ".o")
        with open(part, "w", encoding="utf-8") as file:
            json.dump(known, file)
        os.replace(part, name + ".json")


def prerequisites(path, overlay):
    """The files named by what the compiler wrote with -MMD, those of the
    overlay by their names in the tree."""
    with open(path, encoding="utf-8") as file:
        words = file.read().replace("\\\n", " ").split(": ", 1)[1].split()
    return [word[len(overlay) + 1:] if word.startswith(overlay + "/")
            else word for word in words]
