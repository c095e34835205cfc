"""Puts mistakes that students make into the solutions, one at a time.

mutants.py [EXERCISE...]   ends with "N passed, M failed"

Each mutant in mutants/ must fail its probe, on the visible values or, where
it says "seen: hidden", on the others alone. Each solution must pass both, next
to stand-ins for the others' as next to the others' own; so must each stand-in.
"""

import os
import secrets
import sys
from collections import namedtuple

# The rooms are beside this one.
sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

import check  # noqa: E402
import exercises  # noqa: E402
from answer import build, probe  # noqa: E402

TABLES = os.path.join(check.HERE, "trials", "mutants")
Mutant = namedtuple("Mutant", "name exercise seen old new")


class Wrong(Exception):
    """A mutant that cannot be made, or a check that came out otherwise."""


def tables():
    return [m for name in sorted(os.listdir(TABLES))
            for m in table(exercises.read(TABLES, name))]


def table(text):
    """The mutants of one file."""
    found = []
    for line in text.split("\n"):
        if line.startswith("== "):
            found.append(Mutant(line[3:], None, "visible", [], []))
        elif line.startswith("exercise: "):
            found[-1] = found[-1]._replace(exercise=line[10:].strip())
        elif line.startswith("seen: "):
            found[-1] = found[-1]._replace(seen=line[6:].strip())
        elif line.startswith("- "):
            found[-1].old.append(line[2:])
        elif line.startswith("+ "):
            found[-1].new.append(line[2:])
    return found


def mutate(solution, mutant):
    """The solution's lines with the mutant's in place of some of them."""
    old, new = "\n".join(mutant.old), "\n".join(mutant.new)
    text = "\n".join(solution)
    if text.count(old) != 1:
        raise Wrong(f"its old lines stand {text.count(old)} times in the "
                    "solution and not once")
    return text.replace(old, new).split("\n")


class Laboratory:
    """Builds answers and compares them with the solutions."""

    def __init__(self):
        self.tree = exercises.Tree(check.ROOT)
        self.toolchain = build.Toolchain()
        self.hidden_seed = secrets.randbelow(2**32)
        self.reference = {}

    def program(self, exercise, answer, name, with_standins=True):
        texts = build.overlay(self.tree, exercise, answer, with_standins)
        folder = os.path.join(check.ROOT, self.toolchain.out, "coursework",
                              "mutants", exercise.name, name)
        return build.build_probe(check.ROOT, folder, exercise, texts,
                                 self.toolchain)

    def report(self, exercise, program, seed, thorough):
        report, verdict, _ = probe.run_probe(program, seed, thorough,
                                             exercise.seconds)
        return report, verdict

    def judge_reference(self, exercise):
        """Checks that the solution passes, and keeps its hidden report."""
        program = self.program(exercise, self.tree.body(exercise),
                               "reference", with_standins=False)
        report, verdict = self.report(exercise, program, self.hidden_seed,
                                      True)
        again, _ = self.report(exercise, program, self.hidden_seed, True)
        if verdict:
            raise Wrong(f"the solution itself: {verdict.detail}")
        if probe.compare(again, report).outcome != "passed":
            raise Wrong("two runs of the solution differ")
        self.reference[exercise.name] = report
        for seed in check.SEEDS:
            verdict = self.visible(exercise, program, seed)
            if verdict.outcome != "passed":
                raise Wrong(f"the solution itself: {verdict.detail}; "
                            "'make coursework-expected' records it anew")
        self.must_pass(exercise, self.tree.body(exercise), "solution")
        if lines := build.standin(exercise.name):
            self.must_pass(exercise, lines, "stand-in")

    def must_pass(self, exercise, answer, name):
        """Checks an answer among stand-ins, as a student's stands."""
        program = self.program(exercise, answer, name)
        verdicts = [self.visible(exercise, program, s) for s in check.SEEDS]
        for verdict in verdicts + [self.hidden(exercise, program)]:
            if verdict.outcome != "passed":
                raise Wrong(f"the {name} among stand-ins: {verdict.detail}")

    def visible(self, exercise, program, seed):
        report, verdict = self.report(exercise, program, seed, False)
        return verdict or probe.compare(report,
                                        check.expected(exercise, seed))

    def hidden(self, exercise, program):
        report, verdict = self.report(exercise, program, self.hidden_seed,
                                      True)
        return verdict or probe.compare(report,
                                        self.reference[exercise.name])

    def judge_mutant(self, mutant):
        exercise = exercises.named(mutant.exercise)
        answer = mutate(self.tree.body(exercise), mutant)
        program = self.program(exercise, answer,
                               mutant.name.replace(" ", "_").replace("/", ""))
        seen = [self.visible(exercise, program, s) for s in check.SEEDS]
        failed = [v for v in seen if v.outcome != "passed"]
        if mutant.seen == "visible" and not failed:
            raise Wrong("no visible value tells it from the solution")
        hidden = self.hidden(exercise, program)
        if hidden.outcome == "passed":
            raise Wrong("no hidden value tells it from the solution")
        return (failed or [hidden])[0]


def attempt(name, function):
    """Runs one case; says what came of it; whether it was right."""
    try:
        verdict = function()
        print(f"  {name}: {verdict.detail or verdict.outcome}"
              if verdict else f"  {name}: passes")
        return True
    except (Wrong, build.CompileError) as wrong:
        print(f"FAILED {name}: {wrong}")
        return False


def main(names):
    laboratory = Laboratory()
    chosen = [e for e in exercises.EXERCISES if not names or e.name in names]
    results = build.side_by_side(
        lambda e: attempt(e.name, lambda: laboratory.judge_reference(e)),
        chosen)
    mutants = [m for m in tables() if not names or m.exercise in names]
    results += build.side_by_side(
        lambda m: attempt(f"{m.exercise}, {m.name}",
                          lambda: laboratory.judge_mutant(m)), mutants)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
