"""What an answer may not contain, whatever it computes.

An answer is the inside of one function. It may not leave it, nor speak to the
preprocessor, the assembler or the checkers: then it can define nothing that
others use, and include nothing.
"""

import re

TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<raw>\b(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<unending>\b(?:u8|[uUL])?R")
  | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<number>\.?\d(?:['.\w]|[eEpP][+-])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<open>[{(\[]|<%|<:(?!:[^:>]))
  | (?P<close>[})\]]|%>|:>)
  | (?P<odd>/\*|"|'|\\|\#|%:)
  | (?P<space>\s+)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL)
# What the compiler reads before it sees tokens: joined lines and trigraphs.
EARLY = re.compile(r"\\[ \t]*(\n|\Z)|\?\?|[\x00-\x08\x0b-\x1f\x7f]")
PAIRS = {")": "(", "]": "[", "}": "{"}
REFUSED = {
    "asm": "assembler", "__asm": "assembler", "__asm__": "assembler",
    "_Pragma": "pragmas", "__attribute__": "attributes",
    "__attribute": "attributes", "__declspec": "attributes",
    "gnu": "attributes", "clang": "attributes", "no_sanitize": "attributes",
    "testing": "GoogleTest", "extern": "extern", "import": "import",
    "module": "module",
}


def objection(lines):
    """Why the answer is not taken, as one line; None if it is."""
    text = "\n".join(lines)
    if early := EARLY.search(text):
        line = text.count("\n", 0, early.start()) + 1
        return f"line {line} of the answer: {early[0].strip()!r} is not taken"
    opened = []
    for token in TOKEN.finditer(text):
        line = text.count("\n", 0, token.start()) + 1
        why = object_to(token, opened)
        if why:
            return f"line {line} of the answer: {why}"
    if opened:
        return f"a {opened[-1]} is never closed"
    return None


def object_to(token, opened):
    kind, text = token.lastgroup, token[0]
    if kind == "unending":
        return "what R\" opens does not end"
    if kind == "odd":
        if text in ("/*", '"', "'"):
            return f"what {text} opens does not end"
        if text == "\\":
            return "a \\ outside of a string"
        return "lines that begin with # stand outside of the marks"
    if kind == "word" and text in REFUSED:
        return f"{text}: an answer does without {REFUSED[text]}"
    if kind == "open":
        opened.append({"<%": "{", "<:": "["}.get(text, text))
    if kind == "close":
        text = {"%>": "}", ":>": "]"}.get(text, text)
        if not opened or opened.pop() != PAIRS[text]:
            return f"a {text} closes what the answer did not open"
    return None
