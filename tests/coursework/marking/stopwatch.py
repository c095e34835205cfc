"""Runs the programs of probes/threads and probes/speed, and times them.

A program says when it is ready, begins at a signal, and is done when its
report has come. It has no clock: the one here counts.
"""

import contextlib
import os
import secrets
import select
import subprocess
import threading
import time
from collections import namedtuple

from answer import probe

# report or None, the verdict if there is none, the output, the exit status,
# the seconds between the signal and the end of the report.
Run = namedtuple("Run", "report verdict said status seconds")

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1",
               "PATH": os.environ.get("PATH", "/usr/bin:/bin")}


def run(program, seed, threads, inside, wall, before=()):
    """Runs a program once.

    inside: a sandbox and limits. wall: the seconds that it may last.
    before: a command in front of it, such as env and its arguments
    """
    box, limits = inside
    reader, writer = os.pipe()
    process = subprocess.Popen(
        box.command([*before, program, str(writer)], read=[program]),
        env=(box.environment() or {}) | ENVIRONMENT, pass_fds=[writer],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
        preexec_fn=lambda: box.prepare(limits))
    os.close(writer)
    output = bytearray()
    listener = threading.Thread(target=probe.drain, args=(
        process.stdout.fileno(), output, 20_000))
    listener.start()
    mark = secrets.token_hex(16)
    deadline = time.monotonic() + wall
    try:
        text, seconds = converse(process, reader, seed, threads, mark, deadline)
        late = not wait(process, deadline)
    finally:  # when interrupted, too: it waits for us, and the listener for it
        probe.end_session(process)
        box.clean_up()
        listener.join(5)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        os.close(reader)
    said = output.decode("utf-8", "replace")
    verdict = probe.ended(process.returncode, late, round(wall))
    report = None
    if verdict is None:
        report, verdict = probe.finish(text, mark)
    return Run(report, verdict, said, process.returncode, seconds)


def converse(process, reader, seed, threads, mark, deadline):
    """Says what to do and when to begin; (the report, how long it took)."""
    try:
        tell(process, f"{seed} {threads} {mark}\n")
        if read_until(reader, b"ready\n", deadline) != b"ready\n":
            return "", 0
        begin = time.perf_counter()
        tell(process, "go\n")
        end = f"end\t{mark}\n".encode()
        text = read_until(reader, end, deadline)
        seconds = time.perf_counter() - begin
    except BrokenPipeError:
        return "", 0
    return text.decode("utf-8", "replace"), seconds


def tell(process, text):
    process.stdin.write(text.encode())
    process.stdin.flush()


def read_until(file, end, deadline):
    """Reads up to these last bytes, the end of the file or the deadline."""
    text = bytearray()
    ready = select.poll()
    ready.register(file, select.POLLIN)
    while not text.endswith(end) and len(text) < probe.LONGEST_REPORT:
        left = deadline - time.monotonic()
        if left <= 0 or not ready.poll(1000 * left):
            break
        chunk = os.read(file, 65536)
        if not chunk:
            break
        text += chunk
    return bytes(text)


def wait(process, deadline):
    try:
        process.wait(max(0.1, deadline - time.monotonic()))
        return True
    except subprocess.TimeoutExpired:
        return False
