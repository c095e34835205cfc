"""What an answer may not contain, whatever it computes.

An answer is the inside of one function. It may not leave it, nor speak to the
preprocessor, the assembler or the checkers: then it can define nothing that
others use, and include nothing.
"""

import re
import secrets

# A comment of // goes on in the next line where a \ ends this one.
TOKEN = re.compile(r"""
    (?P<line>//(?:[^\n\\]|\\\n?)*)
  | (?P<comment>/\*.*?\*/)
  | (?P<raw>\b(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<unending>\b(?:u8|[uUL])?R")
  | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<number>\.?\d(?:['.\w]|[eEpP][+-])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<open>[{(\[]|<%|<:(?!:[^:>]))
  | (?P<close>[})\]]|%>|:>)
  | (?P<odd>/\*|"|'|\\|\#|%:|\?\?[=/'()!<>-])
  | (?P<space>\s+)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL)
# What a compiler reads before it sees tokens: odd characters, and lines that
# are joined. Where // says nothing else, these end the comment, or do not.
EARLY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|\\[ \t]+(\n|\Z)|\\\Z")
JOINED = re.compile(r"\\\n")
SWALLOWED = re.compile(r"\\\n[ \t]*(?!//)[^\s\\]")
PAIRS = {")": "(", "]": "[", "}": "{"}
REFUSED = {
    "asm": "assembler", "__asm": "assembler", "__asm__": "assembler",
    "_Pragma": "pragmas", "__attribute__": "attributes",
    "__attribute": "attributes", "__declspec": "attributes",
    "no_sanitize": "attributes", "extern": "extern",
    "SANITIZED": "what checks it",
}

# Names that the language keeps for the compiler and its library, and macros of
# other libraries: some expand to assembler, to attributes, or to a brace.
RESERVED = re.compile(
    r"(?!__(func__|FILE__|LINE__|restrict(__)?|u?int128(_t)?|m\d+[di]?"
    r"|PRETTY_FUNCTION__|cplusplus|builtin_(expect|prefetch|unreachable"
    r"|assume_aligned|isnan|isinf|isfinite|(fma|sqrt|exp|fabs|fmin|fmax)f?"
    r"|mem(cpy|move|set|cmp)|popcount\w*|c[lt]z\w*))\Z"
    r"|FMT_STRING\Z|_MM_(SHUFFLE|HINT|FROUND)\w*\Z)"
    r"(__|_[A-Z]|FMT_|ARMA_|arma_(fortran|wrapper)|pthread_cleanup|GTEST_"
    r"|EXPECT_|ASSERT_)")
# What watches an answer is none of its business; and what is told to the
# compiler is that alone which makes no difference but to the speed.
CODE = [
    (re.compile(r"\b(?:model|probe)\s*::|"
                r"::\s*(?:model|probe)\b|"
                r"\bnamespace\s+(?:\w+\s*=|model\b|probe\b)"),
     "what checks it"),
    (re.compile(r"\btesting\s*::|\bnamespace\s+testing\b"), "GoogleTest"),
    (re.compile(r"\busing\s+(?:gnu|clang)\b|\b(?:gnu|clang)\s*::\s*(?!(?:"
                r"always_inline|noinline|hot|cold|pure|const|flatten|unused"
                r"|aligned|vector_size)\b)"), "attributes"),
    (re.compile(r"^[ \t]*(?:export\s+)?(?:import|module)\b\s*[<\":;\w]",
                re.MULTILINE), "modules"),
]


def enclosed(lines, path, number):
    """The answer, of which line `number` of the file is the first, between a
    name that it cannot know and a use of it. An answer that leaves its function
    after all, by means of a macro, does not compile."""
    name = "in_this_function_" + secrets.token_hex(16)
    return ([f"enum {name} {{}};", f'#line {number} "{path}"'] + lines +
            [f"using end_{name} = {name};"])


def objection(lines):
    """Why the answer is not taken, as one line; None if it is."""
    text = "\n".join(lines)
    if early := EARLY.search(text):
        return (f"{place(text, early.start())}: {early[0].strip()!r} is not "
                "taken")
    opened = []
    for token in TOKEN.finditer(text):
        if why := object_to(token, opened):
            return f"{place(text, token.start())}: {why}"
    if opened:
        return f"a {opened[-1]} is never closed"
    return object_to_code(text)


def place(text, position):
    return f"line {text.count(chr(10), 0, position) + 1} of the answer"


def object_to_code(text):
    """Asks what is left of the text without its comments and strings."""
    code = "".join(
        re.sub(r"[^\n]+", " ", token[0])
        if token.lastgroup in ("line", "comment", "raw", "string")
        else token[0] for token in TOKEN.finditer(text))
    for pattern, what in CODE:
        if found := pattern.search(code):
            return (f"{place(code, found.start())}: "
                    f"{' '.join(found[0].split()).rstrip(': ')}: an answer "
                    f"does without {what}")
    return None


def object_to(token, opened):
    kind, text = token.lastgroup, token[0]
    if kind == "unending":
        return "what R\" opens does not end"
    if kind == "line" and SWALLOWED.search(text):
        return "the \\ at the end makes the next line part of the comment"
    if kind != "line" and JOINED.search(text):
        return "a \\ that joins two lines is not taken"
    if kind == "odd":
        if text in ("/*", '"', "'"):
            return f"what {text} opens does not end"
        if text == "\\":
            return "a \\ outside of a string"
        if text[0] == "?":
            return f"{text!r} is not taken"
        return "lines that begin with # stand outside of the marks"
    if kind == "word" and text in REFUSED:
        return f"{text}: an answer does without {REFUSED[text]}"
    if kind == "word" and RESERVED.match(text):
        return f"{text}: an answer does without reserved names and macros"
    if kind == "open":
        opened.append({"<%": "{", "<:": "["}.get(text, text))
    if kind == "close":
        text = {"%>": "}", ":>": "]"}.get(text, text)
        if not opened or opened.pop() != PAIRS[text]:
            return f"a {text} closes what the answer did not open"
    return None
