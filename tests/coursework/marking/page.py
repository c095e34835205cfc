"""The page that a student gets: why each point was lost, and what is open."""

from marking import speed


def report(name, result):
    """The text of report.txt."""
    tests = result["tests"]
    total = sum(t["max_score"] for t in tests)
    lines = [f"{name}: {result['score']:g} of {shown(total)} points", ""]
    for chapter in sorted({t["number"][:2] for t in tests}):
        own = [t for t in tests if t["number"].startswith(chapter)]
        lines.append(f"Chapter {int(chapter)}: "
                     f"{shown(sum(t.get('score', 0) for t in own))} of "
                     f"{shown(sum(t['max_score'] for t in own))}")
        lines += lines_of(own) + [""]
    lines.append(result["output"])
    return "\n".join(lines) + "\n"


def lines_of(tests):
    """What is to be said of a chapter. Where visible and hidden values failed
    for the same reason, that is one line."""
    lines, i = [], 0
    while i < len(tests):
        test = tests[i]
        after = tests[i + 1] if i + 1 < len(tests) else None
        lost = lost_by(test)
        i += 1
        if speed.TOO_FAST in test["output"]:
            lines.append(f"  !  {what(test)}: {reason(test)}")
        elif lost > 0.001:
            named = what(test)
            if after and lost_by(after) > 0.001 and said_twice(test, after):
                lost += lost_by(after)
                named = named.replace("visible", "visible and hidden")
                i += 1
            sign = "-" if "score" in test else "?"
            lines.append(f"  {sign}{shown(lost)}  {named}: {reason(test)}")
    return lines


def said_twice(test, after):
    """Whether both lost points of one exercise, for one reason."""
    return (test["number"].replace("visible", "hidden") == after["number"] and
            reason(test) == reason(after) and
            ("score" in test) == ("score" in after))


def lost_by(test):
    return test["max_score"] - test.get("score", 0)


def what(test):
    return test["name"].split(", ", 1)[1]


def reason(test):
    return test["output"].split("\n")[0]


def shown(points):
    return f"{round(points, 2):g}"
