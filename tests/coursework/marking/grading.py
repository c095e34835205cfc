"""The weights in grading.json, which instructors edit.

"points per chapter"  what each part of a chapter counts. A chapter without
                      threads gives those points to its other parts, in
                      proportion; so does any part that a chapter has not
"hidden seeds"        how many runs have hidden values
"speed"               times the reference's time up to which there are full
                      points, and from which there are none; in between they
                      fall evenly. How many rounds are measured at least and
                      at most
"""

import hashlib
import json
import os

import exercises
from marking import speed

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "grading.json")
# The parts' names in results.json and in grading.json.
PARTS = {"visible": "visible", "hidden": "hidden",
         "threads": "thread safety", "speed": "speed", "report": "report"}


class Bad(Exception):
    """What is wrong with grading.json, as one line."""


class Weights:
    def __init__(self, text):
        read = json.loads(text)
        points = read["points per chapter"]
        self.points = {part: float(points[name])
                       for part, name in PARTS.items()}
        self.by_hand = self.points["report"]  # what a mark is out of
        self.seeds = int(read["hidden seeds"])
        rule = read["speed"]
        self.rule = speed.Rule(
            float(rule["full points up to"]), float(rule["no points from"]),
            int(rule["rounds"]), int(rule["rounds at most"]))
        self.digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        if not (min(self.points.values()) >= 0 and 1 <= self.seeds <= 100 and
                1 <= self.rule.full < self.rule.none and
                3 <= self.rule.rounds <= self.rule.most <= 1000):
            raise ValueError("a number is out of range")

    def of_chapter(self, chapter):
        """{part: points} of the parts that the chapter has."""
        there = {part: points for part, points in self.points.items()
                 if points > 0 and share(chapter, part) > 0}
        factor = sum(self.points.values()) / (sum(there.values()) or 1)
        return {part: factor * points for part, points in there.items()}

    def of_exercise(self, exercise):
        """{part: points} of the parts that the exercise has."""
        return {part: points / share(exercise.chapter, part)
                for part, points in self.of_chapter(exercise.chapter).items()
                if has(exercise, part)}


def has(exercise, part):
    if part == "threads":
        return exercise.chapter in exercises.THREADED
    if part == "speed":
        return exercise.name in exercises.MEASURED
    return part != "report"  # that is of the chapter as a whole


def share(chapter, part):
    """Among how many the part's points of the chapter are divided."""
    if part == "report":
        return 1
    return sum(has(e, part) for e in exercises.of_chapter(chapter))


def read(path=FILE):
    try:
        with open(path, encoding="utf-8") as file:
            return Weights(file.read())
    except KeyError as error:
        raise Bad(f"{path}: {error} is missing") from None
    except (OSError, TypeError, ValueError) as error:
        raise Bad(f"{path}: {error}") from None
