"""What the object files of an answer may define and refer to.

An answer computes. It needs the containers and algorithms of the standard
library, Armadillo, BLAS and fmt, the mathematics of C and what the compiler
itself calls; and it may print. Whatever spells a name, an object file shows
what is meant by it: so this is asked of the objects, not of the text.
"""

import os
import re
import resource
import subprocess
import sys

from answer import sandbox

MOST_NAMES = 16 << 20  # bytes; those of a solution have 50,000
MOST_MEMORY = 1 << 30  # bytes, and
SECONDS = 60           # for what lists them
LONGEST_NAME = 300     # that is told

# Defined once for the whole program: a second one would replace the first.
STRONG = "ABCDGRSTi"
WANTED = "Uvw"

# Of C++, as the compiler encodes names: std, fmt, new, delete, what the
# compiler calls, and this project's own but the probes' and the explorer's.
CXX = re.compile(r"""_Z(
    N?[KVrRO]*(S[a-z]|3fmt|9__gnu_cxx|10__cxxabiv1)
  | NK?2nn(?!5probe|5model)
  | NK?2nn5model(4load|5store|6modify|16compare_exchange|5fence
                 |5Mutex|17ConditionVariable|14begin_life|12end_life)
  | T[VISTh]N?K?(S|3fmt|10__cxxabiv1|9__gnu_cxx|[a-z]|P)
  | n[wa] | d[la] | GV)""", re.VERBOSE)
FORBIDDEN = re.compile(
    r"fstream|filebuf|10filesystem|stdio_sync|set_terminate|set_unexpected"
    r"|set_new_handler|_M_start_thread|async_state|quick_exit|testing"
    r"|buffered_file|ostream_params|3fmt2v\d+(4file|4pipe|7ostream)")
FILES = re.compile(r"fstream|filebuf|\bf?open(64)?\b")
OWN = re.compile("_ZN?K?2nn")
C = re.compile(r"""
    (a?(cos|sin|tan)h?|atan2|exp(2|10|m1)?|[jy][01n]|log(2|10|1p|b)?|pow
     |sqrt|cbrt|hypot|floor|ceil|l?l?round|l?l?rint|nearbyint|trunc
     |f(abs|mod|ma|dim|max|min)
     |[lt]gamma|erfc?|modf|frexp|ldexp|scalbl?n|ilogb|copysign|nextafter
     |nexttoward|remainder|remquo|sincos)(f|l)?(32|64)?
  | (__)?(w?mem(cpy|move|set|cmp|chr|rchr|ccpy|pcpy)|bcmp|stpn?cpy
     |str(n?cpy|n?cat|n?cmp|r?chr|n?len|str|spn|cspn|pbrk|tok|error))(_chk)?
  | (__)?(v?(f|s|sn)?printf|puts|fputs|putchar|putc|fputc|fwrite)(_chk)?
  | fflush|std(out|err|in)
  | malloc|calloc|realloc|free|aligned_alloc|posix_memalign|mi_\w+
  | abort|l?l?abs|l?l?div|s?rand|qsort|bsearch|ato[ifl]+
  | (__isoc23_)?strto[dflu]\w*|is[a-z]+|to(upper|lower)
  | __assert_fail|__errno_location|__stack_chk_(fail|guard)|__cxa_\w+
  | __dynamic_cast|__once_proxy|ilaenv_|c(exp|log|sqrt|abs|pow)[fl]?
  | __gxx_personality_\w+|_Unwind_Resume|__dso_handle|__tls_get_addr
  | _GLOBAL_OFFSET_TABLE_|_ITM_\w+|__(atomic|sync|aarch64)_\w+
  | __[a-z]+[dstx][ifc]\d?|__libc_single_threaded
  | pthread_(mutex|cond|rwlock|once|self|equal)\w*|__pthread_key_create
  | fe(get|set)round|sched_yield|nanosleep|time|clock|clock_gettime|gettimeofday
  | [sd][a-z0-9]{2,6}_|cblas_[sd]\w+
  | __tsan_(read|write|unaligned|vptr|func|atomic|mem|init|volatile)\w*
  | __[au]b?san_\w+""", re.VERBOSE)


# What runs before main(): the sections with it, what it refers to, and of that
# what an honest answer may add: Armadillo sets its infinities and NaNs there.
# For each of these there is room for so many bytes, and for more with the
# sanitizer.
STARTUP = re.compile(r"\.text\.startup|\.(pre)?init|\.ctors")
RELOCATION = re.compile(r"[0-9a-f]+ +R_\S+ +(\S+?)([+-]0x[0-9a-f]+)?$")
CONSTANT = re.compile(r"_Z(GV)?N4arma5DatumI[a-z]E\w+|\.LC\d+"
                      r"|\.(rodata|bss|data|text\.startup)[\w.]*|__tsan_\w+")
ROOM = {False: 64, True: 192}


class Unlisted(Exception):
    """Why it is not known what object files hold, as one line."""


def told_by(*command):
    """The lines that a tool prints about an object file."""
    status, text = sandbox.run(command, SECONDS, MOST_NAMES,
                               preexec_fn=limit)
    if len(text) >= MOST_NAMES:
        raise Unlisted("the names in its object files are far too long")
    if status != 0:
        raise Unlisted(f"{command[0]} cannot read its object files")
    return text.split("\n")


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def objects_in(folder):
    return [os.path.join(folder, file) for file in sorted(os.listdir(folder))
            if file.endswith(".o")]


def listed(folder, kinds):
    """The symbols of these kinds in the object files of a folder."""
    return set().union(*(listed_in(file, kinds)
                         for file in objects_in(folder)))


def listed_in(file, kinds):
    names = set()
    for line in told_by("nm", file):
        fields = line.split()
        if len(fields) >= 2 and fields[-2] in kinds:
            name = re.split("[@$]", fields[-1])[0]
            names.add(name[1:] if sys.platform == "darwin" else name)
    return names


def wanted_in(folder):
    """{object file: what it refers to}"""
    return {os.path.basename(file): listed_in(file, WANTED)
            for file in objects_in(folder)}


class Startup:
    """What runs before main() of the object files of a folder: how many bytes
    it has, and what it refers to. Only of ELF, which is that of Linux."""

    def __init__(self, folder):
        self.size, self.names = 0, set()
        for file in objects_in(folder):
            sections = set()
            for line in told_by("objdump", "-h", file):
                fields = line.split()
                if len(fields) > 2 and STARTUP.match(fields[1]):
                    sections.add(fields[1])
                    self.size += int(fields[2], 16)
            if sections:
                lines = told_by("objdump", "-r", file, *(
                    f"--section={name}" for name in sections))
                self.names |= {found[1] for line in lines
                               if (found := RELOCATION.match(line))}

    def objection(self, known):
        """known: that of the solution"""
        more = self.names - known.names
        constants = sum(name.startswith("_ZGV") for name in more)
        room = ROOM[any("__tsan" in name for name in known.names)]
        if (all(map(CONSTANT.fullmatch, more)) and
                self.size <= known.size + constants * room):
            return None
        return ("some of it would run before it is called: it sets a static "
                "member or a variable of a template")


class Known:
    """What the objects of the solution define, refer to and begin with."""

    def __init__(self, folder):
        self.defined = listed(folder, STRONG)
        self.wanted = wanted_in(folder)
        self.startup = Startup(folder)

    def objection(self, folder):
        """Why the objects of an answer are not taken; None if they are."""
        try:
            return self.object_to(folder)
        except Unlisted as why:
            return str(why)

    def object_to(self, folder):
        if more := listed(folder, STRONG) - self.defined:
            return "it defines " + spelled(more)
        if why := Startup(folder).objection(self.startup):
            return why
        # Object by object: a pool starts threads, and an answer in it does not.
        return refusal(folder, {
            name for file, names in wanted_in(folder).items()
            for name in names - self.wanted.get(file, set())
            if not harmless(name)})


def objection_at_home(folder):
    """The same where there is no solution to compare with: what the probes
    themselves need is no objection, and what the answer defines is not seen."""
    try:
        return refusal(folder, {n for n in listed(folder, WANTED)
                                if not harmless(n) and not OWN.match(n)})
    except Unlisted as why:
        return str(why)


def refusal(folder, names):
    # What the objects define for one another, weakly, is theirs.
    if more := names - listed(folder, STRONG + "VWu"):
        if any(FILES.search(name) for name in more):
            return "an answer computes; it opens no files"
        return ("an answer computes; it calls nothing such as "
                + spelled(more))
    return None


def harmless(name):
    if name.startswith("_Z"):
        return CXX.match(name) is not None and not FORBIDDEN.search(name)
    return C.fullmatch(name) is not None


def spelled(names):
    """Up to three of the names, as they are written in C++."""
    some = [name[:LONGEST_NAME] for name in sorted(names)[:3]]
    try:
        done = subprocess.run(["c++filt"], input="\n".join(some), text=True,
                              capture_output=True, timeout=10, check=True)
        some = done.stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        pass
    return ", ".join(some)
