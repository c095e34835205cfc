"""Runs what a student wrote where it can do no harm.

Three levels, probed and never assumed:

A  bubblewrap: no network, a read-only system, processes, users and files of
   its own, so that nothing outlives it
B  root without namespaces: another user's number, limits, and all processes
   of that user killed afterwards. No other user may read the solutions
C  neither: limits alone. What runs is not to be trusted

At each level a probe besides gives up what it does not need of the kernel
before it calls an answer: probes/confine.cpp.
"""

import fcntl
import os
import pwd
import resource
import secrets
import shutil
import signal
import subprocess
import threading

# Numbers of users and groups that nobody has: who runs an answer may not read
# what the compiler reads, the probes with their hidden cases among it. At level
# B all processes of the two are ended again and again.
RUNS, COMPILES = 0, 1
USERS, ALONE = (61234, 61235), (61236, 61237)
SOLUTIONS = os.path.join(os.path.dirname(__file__), "..", "exercises.py")
MOST_OUTPUT = 200_000  # bytes that are kept
MEBIBYTE = 1 << 20
SYSTEM = ["/usr", "/etc/alternatives", "/etc/ld.so.cache"]
LINKS = ["/bin", "/lib", "/lib32", "/lib64", "/sbin"]


class Limits:
    """What a process may use; each is enforced by the kernel."""

    def __init__(self, seconds, memory=2048, file=64, processes=64):
        self.seconds = seconds      # of the processor
        self.memory = memory        # MiB of addresses; None: no limit
        self.file = file            # MiB that one file may have
        self.processes = processes  # of the student's user at a time

    def apply(self, besides=0):
        """besides: how many processes and threads the user has already"""
        def limit(what, value):
            resource.setrlimit(what, (value, value))
        limit(resource.RLIMIT_CORE, 0)
        limit(resource.RLIMIT_NOFILE, 64)
        limit(resource.RLIMIT_CPU, self.seconds)
        limit(resource.RLIMIT_FSIZE, self.file * MEBIBYTE)
        limit(resource.RLIMIT_NPROC, self.processes + besides)
        if self.memory:
            limit(resource.RLIMIT_AS, self.memory * MEBIBYTE)


class Sandbox:
    def __init__(self, level=None):
        self.level = level or best_level()
        self.users = ALONE if self.level == "B" else USERS
        # By this, in their environment, its processes are known.
        self.mark = secrets.token_hex(8)
        self.inner = {"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1",
                      "SANDBOX": self.mark}

    def environment(self):
        """What a process of the sandbox is started with; None: as we are."""
        return self.inner if self.level == "B" else None

    def command(self, argv, at="/tmp", read=(), write=()):
        """The command inside of the sandbox, in the folder `at`.

        read, write: folders or files that it sees, at the same paths.
        """
        if self.level != "A":
            return list(argv)
        wrapped = ["bwrap", "--unshare-all", "--die-with-parent",
                   "--new-session", "--cap-drop", "ALL", "--clearenv",
                   "--proc", "/proc", "--dev", "/dev",
                   "--size", str(64 * MEBIBYTE), "--tmpfs", "/tmp"]
        for name, value in self.inner.items():
            wrapped += ["--setenv", name, value]
        for path in SYSTEM:
            if os.path.exists(path):
                wrapped += ["--ro-bind", path, path]
        for path in LINKS:
            if os.path.islink(path):
                wrapped += ["--symlink", os.readlink(path), path]
            elif os.path.exists(path):
                wrapped += ["--ro-bind", path, path]
        for path in read:
            wrapped += ["--ro-bind", path, path]
        for path in write:
            wrapped += ["--bind", path, path]
        return wrapped + ["--chdir", at, "--"] + list(argv)

    def prepare(self, limits, role=RUNS):
        """Runs in the child before the command: drops what it may do.

        As root the user is changed first, as root is bound by no limit.
        """
        os.umask(0o022)
        if os.getuid() == 0:
            become(self.users[role])
            limits.apply()
        else:
            limits.apply(besides=own_tasks())

    def clean_up(self):
        """Ends whatever a student's process left behind.

        Bubblewrap leaves nothing behind; and another grading may run at the
        same time, with processes of the same user.
        """
        if self.level != "B":
            return
        for user in self.users:
            as_user(user, lambda: os.kill(-1, signal.SIGKILL))


def alone():
    """At level B there may be one judge at a time, as it ends all processes
    of the students' user. Returns a file to keep open, or None if there is
    one already."""
    file = open("/run/coursework-judge", "ab", opener=lambda path, flags:
                os.open(path, flags | os.O_NOFOLLOW, 0o600))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def become(user):
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def as_user(user, action):
    """Whether the action, by a process of another user, raises nothing."""
    child = os.fork()
    if child == 0:
        try:
            become(user)
            action()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def drain(file, into, most):
    """Reads to the end, but keeps only so much."""
    try:
        while chunk := os.read(file, 65536):
            into += chunk[:max(0, most - len(into))]
    except OSError:
        pass


def end_session(process):
    """Kills what a process left behind, and waits for it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run(command, timeout, most=MOST_OUTPUT, **options):
    """Runs a command; (status, the first of its output), or (None, ...) if it
    did not end. It may print without end, and leaves nothing behind.

    most: how many bytes of its output are kept
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, **options)
    output = bytearray()
    reader = threading.Thread(target=drain, args=(
        process.stdout.fileno(), output, most))
    reader.start()
    status = None
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end_session(process)
    reader.join(5)
    process.stdout.close()
    return status, output.decode("utf-8", "replace")


def own_tasks():
    """The processes and threads of this user, which count for its limit."""
    count = 0
    for process in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{process}").st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{process}/task"))
        except OSError:
            continue  # it has ended
    return count


def best_level():
    if shutil.which("bwrap") and isolates():
        return "A"
    return "C" if why_not_b() else "B"


def why_not_b():
    """Why there is no level B here, as one line; None if there is."""
    if os.getuid() != 0:
        return "only root can run answers as another user"
    if any(map(is_taken, ALONE)):
        return f"the users' numbers {ALONE[0]} and {ALONE[1]} are taken"
    if as_user(ALONE[RUNS], lambda: open(SOLUTIONS, "rb").close()):
        return ("every user can read the solutions here: take that away from "
                "the folder that holds them (chmod 700)")
    return None


def is_taken(uid):
    try:
        pwd.getpwuid(uid)
        return True
    except KeyError:
        return False


# Prints how many network interfaces there are, how many processes, and
# whether the system can be written to.
FACTS = """
grep -c : /proc/net/dev
ls -d /proc/[0-9]* | wc -l
touch /usr/written 2>/dev/null && echo yes || echo no
"""


def isolates():
    """Whether bubblewrap keeps what it promises on this machine."""
    sandbox = Sandbox("A")
    try:
        done = subprocess.run(
            sandbox.command(["sh", "-c", FACTS]), text=True, timeout=20,
            capture_output=True, stdin=subprocess.DEVNULL,
            preexec_fn=lambda: sandbox.prepare(Limits(10)))
    except (OSError, subprocess.SubprocessError):
        return False
    facts = done.stdout.split()
    return (done.returncode == 0 and len(facts) == 3 and facts[0] == "1" and
            int(facts[1]) < 10 and facts[2] == "no")
