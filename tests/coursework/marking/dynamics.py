"""The parts of an exercise's grade that take real threads or a clock."""

import marks
from answer import submission
from marking import speed, threads, workshop

TITLES = {"threads": "thread safety", "speed": "speed"}


class Dynamics:
    """Judges thread safety and speed."""

    def __init__(self, judge):
        self.judge = judge
        self.workshop = workshop.Workshop(judge)
        self.threads = threads.Threads(self.workshop)
        self.speed = speed.Speed(self.workshop)

    def tests(self, folder, exercise, points, right, rule):
        """The entries of results.json.

        points: {part: points} of this exercise. right: whether the hidden
        values are; None if nobody knows, as nothing isolates answers.
        rule: that of the speed; None: nothing is to be measured.
        """
        return [self.test(folder, exercise, part, points[part], right, rule)
                for part in TITLES if part in points]

    def test(self, folder, exercise, part, most, right, rule):
        if right is False:
            return entry(exercise, part, most, 0,
                         "the hidden values are not all right")
        if rule is None:
            return entry(exercise, part, most, None,
                         "not measured: MEASURE=no")
        try:
            answer = submission.answer(folder, exercise)
        except marks.MarkError as error:
            return entry(exercise, part, most, 0, f"not taken: {error}")
        seed, _ = self.judge.seeds[-1]  # a hidden one
        if part == "threads":
            found = self.threads.score(exercise, answer, seed)
        else:
            found = self.speed.score(exercise, answer, seed, rule, most)
        return entry(exercise, part, most, *found)


def entry(exercise, part, most, share, output):
    """An entry of results.json; share of the points None: pending."""
    found = {
        "number": f"{exercise.chapter}.{part}.{exercise.name}",
        "name": f"chapter {int(exercise.chapter)}, {exercise.name}, "
                f"{TITLES[part]}",
        "max_score": round(most, 6),
        "output": output,
        "visibility": "visible",
    }
    if share is not None:
        found["score"] = round(most * share, 6)
        found["status"] = "passed" if share == 1 else "failed"
    return found


def keep_measured(tests, answers, known):
    """Puts the scores of an earlier grading in place of what could not be
    measured this time, as far as the answers are the same."""
    if known is None:
        return tests
    before = {t["number"]: t for t in known["tests"] if "score" in t}
    same = known.get("extra_data", {}).get("answers", {})

    def kept(test):
        number = test["number"]
        old = before.get(number)
        name = number.rsplit(".", 1)[1]
        if ("score" in test or old is None or name not in answers or
                same.get(name) != answers[name] or
                old["max_score"] != test["max_score"]):
            return test
        return old
    return [kept(test) for test in tests]
