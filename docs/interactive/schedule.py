"""The trace of a real run that the book's site shows as a schedule to zoom.

schedule.py record    runs the command below and writes schedule.json
schedule.py text SET  prints the groups of a set, "small first, by a task", as
                      rows of characters, for who reads elsewhere
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = pathlib.Path(__file__).with_suffix(".json")
COMMAND = ("./chapter05 --data synthetic --threads 2 --laps 1 --epochs 1 "
           "--alone 1 --quiet")
FIRST = "small first, by a task"  # what the lesson speaks of
COLUMNS = 80


# ---- Recording -------------------------------------------------------------
def said(*command):
    return subprocess.run(command, cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def machine():
    model = next((line.partition(":")[2].strip()
                  for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "an unknown processor")
    return f"{model}, {os.cpu_count()} cores"


def record():
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace.json"
        said(*COMMAND.split(), "--trace", trace)
        recorded = json.loads(trace.read_text(encoding="utf-8"))
    recorded["otherData"] = {
        "command": COMMAND + " --trace schedule.json",
        "commit": said("git", "rev-parse", "--short", "HEAD"),
        "machine": machine(),
        "first": FIRST}
    part = FILE.with_suffix(".part")
    part.write_text(json.dumps(recorded, separators=(",", ":")) + "\n",
                    encoding="utf-8")
    part.replace(FILE)


# ---- Text ------------------------------------------------------------------
def groups_of(trace):
    """{process: (name, {thread: its tasks})}"""
    groups = {}
    for event in trace["traceEvents"]:
        name, rows = groups.get(event["pid"], ("", {}))
        if event["ph"] == "X":
            rows.setdefault(event["tid"], []).append(event)
        elif event["name"] == "process_name":
            name = event["args"]["name"]
        groups[event["pid"]] = name, rows
    return groups


def busy(event, begin, end):
    return max(0, min(event["ts"] + event["dur"], end) -
               max(event["ts"], begin))


def row(tasks, width, length):
    """'#' and '=' in turn for tasks, '.' where there was none."""
    tasks = sorted(tasks, key=lambda event: event["ts"])
    drawn = ""
    for column in range(width):
        begin, end = (c * length / width for c in (column, column + 1))
        times = [busy(event, begin, end) for event in tasks]
        longest = max(range(len(tasks)), key=times.__getitem__)
        idle = 2 * sum(times) < end - begin
        drawn += "." if idle else "#="[longest % 2]
    return drawn


def show(wanted):
    trace = json.loads(FILE.read_text(encoding="utf-8"))
    groups = [(name.rpartition(": ")[2], rows)
              for name, rows in groups_of(trace).values()
              if name.rpartition(": ")[0] == wanted]
    if not groups:
        sys.exit(f"schedule.py: there is no set '{wanted}'")
    length = max(event["ts"] + event["dur"] for _, rows in groups
                 for tasks in rows.values() for event in tasks)
    for name, rows in groups:
        print(name)
        for worker, tasks in sorted(rows.items()):
            print(f"worker {worker}  " + row(tasks, COLUMNS - 11, length))
    end = f"{length / 1e6:.2f} s"
    print(f"          0 s{end:>{COLUMNS - 14}}")


def main():
    if sys.argv[1:] == ["record"]:
        record()
    elif sys.argv[1:2] == ["text"] and len(sys.argv) == 3:
        show(sys.argv[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
