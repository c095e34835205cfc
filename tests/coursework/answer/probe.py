"""Runs a probe and compares its report with the expected one."""

import math
import os
import resource
import secrets
import signal
import subprocess
import threading
from collections import namedtuple

from answer.sandbox import drain, end_session

LONGEST_REPORT = 1_000_000  # bytes; the longest of a solution has 10,000

# outcome: passed, failed, not attempted, not taken, does not compile,
# crashed, timed out. detail: what the student reads. notes: lines below it.
Verdict = namedtuple("Verdict", "outcome detail notes", defaults=("", []))

# One line of a report.
Line = namedtuple("Line", "kind values")


class Bad(Exception):
    """A report that is none; the message says why."""


def run_probe(program, seed, thorough, seconds, inside=None):
    """Runs a probe; returns (report or None, Verdict or None, its output).

    inside: a sandbox and limits, or None
    """
    mark = secrets.token_hex(16)
    reader, writer = os.pipe()
    command, prepare = [program, str(writer)], lambda: limit(seconds)
    environment = None
    if inside:
        box, limits = inside
        command = box.command(command, read=[program])
        environment = box.environment()
        prepare = lambda: box.prepare(limits)  # noqa: E731
    process = subprocess.Popen(
        command, pass_fds=[writer], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, env=environment, preexec_fn=prepare)
    os.close(writer)
    report, output = bytearray(), bytearray()
    threads = [threading.Thread(target=drain, args=pair) for pair in (
        (reader, report, LONGEST_REPORT),
        (process.stdout.fileno(), output, 20_000))]
    for thread in threads:
        thread.start()
    try:
        process.stdin.write(f"{seed} {int(thorough)} {mark}\n".encode())
        process.stdin.close()
    except BrokenPipeError:
        pass
    late = False
    try:
        process.wait(6 * seconds)
    except subprocess.TimeoutExpired:
        late = True
    finally:
        end_session(process)
        if inside:
            box.clean_up()
    for thread in threads:
        thread.join(5)
    process.stdout.close()
    os.close(reader)
    said = output.decode("utf-8", "replace")
    text = report.decode("utf-8", "replace")
    if verdict := ended(process.returncode, late, seconds):
        return None, verdict, said
    return *finish(text, mark), said


def ended(status, late, seconds):
    """The verdict on a process by how it ended; None if by itself."""
    # Of a signal inside of a sandbox the number comes as a status.
    number = -status if status < 0 else status - 128
    if late or number in (signal.SIGXCPU, signal.SIGKILL):
        return Verdict("timed out", f"it did not end in {seconds} s")
    if number == signal.SIGSYS:
        return Verdict("crashed", "it asked the kernel for what an answer "
                       "does not need (SIGSYS)")
    if number in set(signal.Signals):
        return Verdict("crashed",
                       f"it ended with {signal.Signals(number).name}")
    return None


def limit(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def finish(text, mark):
    """The report if it is whole, and else what went wrong."""
    if len(text) >= LONGEST_REPORT:
        return None, Verdict("failed", "what it computes is far too much")
    lines = text.split("\n")
    for line in lines:
        if line.startswith("thrown\t"):
            return None, Verdict("failed", "it threw: " + line[7:])
    if lines[-2:] != ["end\t" + mark, ""]:
        return None, Verdict("crashed", "it ended the program")
    return "\n".join(lines[:-2]), None


def parse(report):
    """({key: Line}, notes) of a report."""
    found, notes = {}, []
    for line in report.split("\n"):
        if not line:
            continue
        fields = line.split("\t")
        if fields[0] == "note" and len(fields) == 2:
            notes += fields[1].split("\v")
            continue
        if len(fields) != 4 or fields[0] not in ("exact", "close"):
            raise Bad("a line that is none of the probe's")
        kind, key, count, values = fields
        if key in found:
            raise Bad(f"two values for: {key}")
        try:
            numbers = [float(x) for x in values.split()]
            if int(count) != len(numbers):
                raise ValueError
        except ValueError:
            raise Bad(f"no numbers for: {key}") from None
        found[key] = Line(kind, numbers)
    return found, notes


def compare(report, expected):
    """The verdict on a report, by that of another implementation."""
    wanted, _ = parse(expected)
    try:
        got, notes = parse(report)
    except Bad as bad:
        return Verdict("failed", str(bad))
    for key, line in wanted.items():
        if key not in got:
            return Verdict("failed", f"{key}: nothing came", notes)
        if difference := differs(got[key].values, line):
            return Verdict("failed", f"{key}: {difference}", notes)
    for key in got:
        if key not in wanted:
            return Verdict("failed", f"{key}: nobody asked for it", notes)
    return Verdict("passed")


def differs(values, line):
    """How the values differ from the expected line, or None."""
    if len(values) != len(line.values):
        return f"{len(values)} values, expected {len(line.values)}"
    for i, (value, wanted) in enumerate(zip(values, line.values)):
        if not equal(value, wanted, line):
            which = "" if len(values) == 1 else (
                f"value {i + 1} of {len(values)} ")
            return f"{which}is {value:.6g}, expected {wanted:.6g}"
    return None


def equal(value, wanted, line):
    if math.isnan(value) or math.isnan(wanted):
        return False
    if math.isinf(value) or math.isinf(wanted) or line.kind == "exact":
        return value == wanted
    largest = max(map(abs, line.values))
    return abs(value - wanted) <= max(1e-6, 1e-4 * largest)
