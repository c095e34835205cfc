"""Tests thread safety, speed, weights and marks. coursework_test.py runs
them."""

import json
import os
import random
import statistics
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import exercises
from answer import probe, sandbox
from marking import (dynamics, grade, grading, judge, page, reports, speed,
    stopwatch, threads)

RULE = speed.Rule(full=1.25, none=2.5, rounds=7, most=21)


def folder_for(test):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


class Bootstrap(unittest.TestCase):
    def test_equal_values_have_an_interval_without_width(self):
        self.assertEqual(speed.interval([1.5] * 7), (1.5, 1.5))

    def test_the_interval_is_that_of_the_medians_distribution(self):
        # Of 21 numbers, the k-th is the bootstrap's median or above with the
        # probability that 11 or more draws are below it: 2.5% lie at the
        # 7th (2.3% are below it, 7.5% up to it), and 97.5% at the 15th.
        self.assertEqual(speed.interval(list(range(1, 22))), (7, 15))

    def test_it_contains_the_median_in_most_samples(self):
        draw = random.Random(1)
        found = 0
        for _ in range(60):
            low, high = speed.interval([draw.gauss(1, 0.1)
                                        for _ in range(15)])
            found += low <= 1 <= high
        self.assertGreaterEqual(found, 52)

    def test_it_does_not_depend_on_the_order(self):
        values = [1.2, 0.9, 1.0, 1.1, 1.3, 0.8, 1.05]
        low, high = speed.interval(values)
        self.assertLess(low, statistics.median(values))
        self.assertGreater(high, statistics.median(values))
        self.assertEqual(speed.interval(values), (low, high))


class FakeClock:
    """Rounds of a machine whose clock is made up."""

    def __init__(self, student, serial=4, again=1, noise=0, seed=1):
        self.draw = random.Random(seed)
        self.noise = noise
        self.means = speed.Times(serial, 1, again, student)
        self.count = 0

    def __call__(self):
        self.count += 1
        return speed.Times(*(mean * self.draw.uniform(1, 1 + self.noise)
                             for mean in self.means))


class SpeedScores(unittest.TestCase):
    def measured(self, clock):
        return speed.measure(clock, RULE, 10)[0]

    def test_points_fall_evenly_between_two_ratios(self):
        for ratio, share in ((0.5, 1), (1.25, 1), (1.875, 0.5), (2.5, 0),
                             (9, 0)):
            self.assertAlmostEqual(speed.share(ratio, RULE), share)

    def test_what_is_twice_as_fast_is_told_and_what_is_a_little_is_not(self):
        for ratio, told in ((0.4, True), (0.6, False)):
            said = speed.measure(FakeClock(student=ratio), RULE, 10)[1]
            self.assertEqual(speed.TOO_FAST in said, told)
            test = {"number": "01.speed.x", "name": "chapter 1, x, speed",
                    "score": 5, "max_score": 5, "output": said}
            result = {"tests": [test], "score": 5, "output": ""}
            self.assertEqual("!  x, speed: 0.4" in page.report("x", result),
                             told)

    def test_a_quiet_machine_needs_seven_rounds(self):
        clock = FakeClock(student=1)
        self.assertEqual(self.measured(clock), 1)
        self.assertEqual(clock.count, 7)

    def shares(self, **machine):
        """The shares of many gradings, those that were measured."""
        found = []
        for seed in range(15):
            try:
                found.append(self.measured(FakeClock(seed=seed, **machine)))
            except speed.Unmeasured:
                continue
        self.assertGreater(len(found), 7)
        return found

    def test_under_noise_the_solution_loses_nothing(self):
        self.assertEqual(set(self.shares(student=1, noise=1)), {1})

    def test_twice_as_slow_loses_points_under_noise_too(self):
        self.assertLess(max(self.shares(student=2, noise=0.5)), 0.9)
        self.assertAlmostEqual(self.measured(FakeClock(student=2)), 0.4)

    def test_noise_takes_more_rounds_but_21_at_most(self):
        clock = FakeClock(student=1.6, noise=1, seed=3)
        self.measured(clock)
        self.assertEqual(clock.count, 21)

    def test_the_better_end_of_the_interval_counts(self):
        clock = FakeClock(student=1.6, noise=0.5)
        rounds = []
        share = speed.measure(lambda: rounds.append(clock()) or rounds[-1],
                              RULE, 10)[0]
        low, high = speed.interval(speed.ratios(rounds))
        self.assertLess(low, high)
        self.assertEqual(share, speed.share(low, RULE))

    def test_a_solution_no_faster_than_the_plain_version_measures_nothing(
            self):
        with self.assertRaisesRegex(speed.Unmeasured, "not clearly faster"):
            self.measured(FakeClock(student=3, serial=1.02))

    def test_a_solution_that_differs_from_itself_measures_nothing(self):
        with self.assertRaisesRegex(speed.Unmeasured, "1.30 times as long"):
            self.measured(FakeClock(student=3, again=1.3))


class Round(unittest.TestCase):
    """A round of four programs that are made up."""

    def round(self, **outcomes):
        order = []

        def run(program, seed, threads):
            order.append((program, seed, threads))
            report = f"exact\tvalue\t1\t{seed}"
            done = outcomes.get(program, (report, None))
            return stopwatch.Run(*done, "", 0, {"serial": 4}.get(program, 1))
        programs = {name: (name, 1 if name == "serial" else 2)
                    for name in speed.Times._fields}
        rounds = speed.Rounds(run, 7, programs)
        return rounds, order

    def test_all_four_run_on_the_same_values_and_then_on_others(self):
        rounds, order = self.round()
        self.assertEqual(rounds(), speed.Times(4, 1, 1, 1))
        rounds()
        self.assertEqual(sorted(order[:4]), [
            ("again", 8, 2), ("reference", 8, 2), ("serial", 8, 1),
            ("student", 8, 2)])
        self.assertEqual({seed for _, seed, _ in order[4:]}, {9})

    def test_their_order_changes(self):
        rounds, order = self.round()
        for _ in range(30):
            rounds()
        self.assertGreater(len({tuple(x[0] for x in order[i:i + 4])
                                for i in range(0, 120, 4)}), 5)

    def test_wrong_values_have_no_points_however_fast_they_came(self):
        rounds, _ = self.round(student=("exact\tvalue\t1\t0", None))
        with self.assertRaisesRegex(speed.Lost, "failed: value: is 0"):
            rounds()

    def test_a_students_run_that_does_not_end_has_no_points(self):
        rounds, _ = self.round(student=(None, probe.Verdict("timed out")))
        with self.assertRaisesRegex(speed.Lost, "timed out"):
            rounds()

    def test_a_solution_that_fails_measures_nothing(self):
        rounds, _ = self.round(again=(None, probe.Verdict("crashed", "no")))
        with self.assertRaises(speed.Unmeasured):
            rounds()


class NoBox:
    """In place of a sandbox, for programs that are scripts here."""

    def environment(self):
        return None

    def command(self, argv, read=()):
        return argv

    def prepare(self, limits):
        pass

    def clean_up(self):
        pass


class Stopwatch(unittest.TestCase):
    def run_script(self, text, wall=5):
        path = folder_for(self) / "program"
        path.write_text("#!/bin/sh\nread -r seed threads mark\n" + text)
        path.chmod(0o755)
        return stopwatch.run(str(path), 7, 4, (NoBox(), None), wall)

    WORK = ('printf "ready\\n" >&$1; read -r go; [ "$go" = go ]\n%s\n'
            'printf "exact\\ta\\t1\\t$seed$threads\\nend\\t$mark\\n" >&$1\n')

    def test_what_makes_ready_is_not_timed(self):
        done = self.run_script("sleep 0.6\n" + self.WORK % "sleep 0.1")
        self.assertEqual(done.report, "exact\ta\t1\t74")
        self.assertGreaterEqual(done.seconds, 0.1)
        self.assertLess(done.seconds, 0.5)

    def test_a_status_after_the_report_is_told(self):
        self.assertEqual(self.run_script(self.WORK % "" + "exit 66").status,
                         66)

    def test_ending_early_is_no_pass(self):
        for text in ("exit 0", 'printf "ready\\n" >&$1; exit 0',
                     'printf "ready\\nend\\tx\\n" >&$1',
                     'printf "end\\t$mark\\n" >&$1'):
            done = self.run_script(text)
            self.assertIsNone(done.report)
            self.assertEqual(done.verdict.outcome, "crashed")

    def test_a_deadlock_is_ended_wherever_it_is(self):
        for text in ("sleep 1000", self.WORK % "sleep 1000",
                     self.WORK % "" + "sleep 1000"):
            done = self.run_script(text, wall=1)
            self.assertEqual(done.verdict.outcome, "timed out")

    def test_an_interrupt_leaves_neither_program_nor_listener(self):
        before = threading.active_count()
        begun = time.monotonic()
        with mock.patch.object(stopwatch, "converse",
                               side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.run_script("read anything", wall=60)
        self.assertLess(time.monotonic() - begun, 20)
        self.assertEqual(threading.active_count(), before)


class WeightsOfParts(unittest.TestCase):
    def test_each_chapter_has_as_many_points(self):
        read = grading.read()
        for folder in exercises.FOLDERS:
            chapter = folder[:2]
            parts = read.of_chapter(chapter)
            self.assertAlmostEqual(sum(parts.values()), 100)
            total = parts["report"] + sum(
                sum(read.of_exercise(e).values())
                for e in exercises.of_chapter(chapter))
            self.assertAlmostEqual(total, 100)

    def test_without_threads_their_points_go_to_the_others_in_proportion(
            self):
        parts = grading.read().of_chapter("01")
        self.assertNotIn("threads", parts)
        self.assertAlmostEqual(parts["visible"] / parts["report"], 20 / 15)

    def test_what_weighs_nothing_is_left_out(self):
        text = json.loads(Path(grading.FILE).read_text())
        text["points per chapter"]["speed"] = 0
        own = grading.Weights(json.dumps(text)).of_exercise(
            exercises.named("take"))
        self.assertEqual(own, {"visible": 4, "hidden": 6, "threads": 3})

    def test_a_bad_file_is_one_line(self):
        path = folder_for(self) / "grading.json"
        good = Path(grading.FILE).read_text()
        for old, new in (('"speed": 20', '"sped": 20'), ("1.25", "0.9"),
                         ('"hidden": 30', '"hidden": -30'), ("{", "")):
            path.write_text(good.replace(old, new, 1))
            with self.assertRaisesRegex(grading.Bad, "^.*grading.json: .+$"):
                grading.read(str(path))


class ReportMarks(unittest.TestCase):
    def read(self, text, names=("ann", "bo")):
        path = folder_for(self) / "marks.csv"
        path.write_text(text)
        return reports.read(str(path), 15, names)

    def refused(self, why, text):
        with self.assertRaisesRegex(reports.Bad, why):
            self.read(text)

    def test_marks_are_read(self):
        self.assertEqual(
            self.read("name,chapter,points,remark\nann,4,7.5,Good\n\n"
                      "ann,05,0,\nbo,4,15\n"),
            {("ann", "04"): reports.Mark(7.5, "Good"),
             ("ann", "05"): reports.Mark(0, ""),
             ("bo", "04"): reports.Mark(15, "")})

    def test_a_spreadsheet_may_write_semicolons_and_decimal_commas(self):
        self.assertEqual(
            self.read("name;chapter;points;remark\nann;4;7,5;why, though\n"),
            {("ann", "04"): reports.Mark(7.5, "why, though")})

    def test_a_name_is_the_same_however_its_accents_are_stored(self):
        apart, together = "Ze\u0301", "Z\u00e9"
        for name, other in ((apart, together), (together, apart)):
            folder = folder_for(self)
            new = folder / "new.csv"
            new.write_text(f"name,chapter,points\n{name},4,15\n")
            marks = reports.Marks(str(folder), 15, str(new), {other: "path"})
            self.assertEqual(marks.entry(other, "04", 15)["score"], 15)

    def test_what_is_not_utf_8_is_told(self):
        path = folder_for(self) / "marks.csv"
        path.write_bytes(b"name,chapter,points\nZ\xe9,4,3\n")
        with self.assertRaisesRegex(reports.Bad, r"marks\.csv: byte 21 is not "
                                    "UTF-8: save it as CSV in UTF-8"):
            reports.read(str(path), 15)

    def test_what_is_wrong_is_told_with_its_line(self):
        head = "name,chapter,points\n"
        for line, why in (("ann,4,16", "16 points: give 0 to 15"),
                          ("ann,4,nan", "nan points"),
                          ("ann,4,-1", "-1 points"),
                          ("ann,4,", "'' is no number"),
                          ("ann,9,3", "there is no chapter '9'"),
                          ("cy,4,3", "nothing of 'cy' was handed in"),
                          ("ann,4", "2 fields"),
                          ("ann,4,3\nann,04,3", "a second mark of ann")):
            self.refused(r"marks\.csv:\d: " + why, head + line + "\n")
        self.refused("first line", "")
        self.refused("first line", "student,points\nann,3\n")

    def test_new_marks_come_in_place_of_old_ones(self):
        folder = folder_for(self)
        (folder / "reports.csv").write_text(
            "name,chapter,points,remark\nann,04,3,\nbo,04,4,\n")
        new = folder / "new.csv"
        new.write_text("name,chapter,points\nann,4,9\n")
        marks = reports.Marks(str(folder), 15, str(new))
        self.assertEqual(marks.entry("ann", "04", 30)["score"], 18)
        self.assertEqual(marks.entry("bo", "04", 15)["score"], 4)
        self.assertNotIn("score", marks.entry("ann", "05", 15))
        self.assertEqual(marks.text(), "name,chapter,points,remark\n"
                         "ann,04,9,\nbo,04,4,\n")


class Pages(unittest.TestCase):
    def lines(self, *tests):
        return page.lines_of([
            {"number": f"01.{part}.x", "name": f"chapter 1, x, {part} values",
             "score": score, "max_score": 6, "output": output}
            for part, score, output in tests])

    def test_one_reason_for_visible_and_hidden_values_is_one_line(self):
        self.assertEqual(
            self.lines(("visible", 0, "crashed"), ("hidden", 1, "crashed")),
            ["  -11  x, visible and hidden values: crashed"])

    def test_two_reasons_are_two_lines(self):
        self.assertEqual(
            self.lines(("visible", 0, "failed: a"), ("hidden", 0, "failed")),
            ["  -6  x, visible values: failed: a",
             "  -6  x, hidden values: failed"])
        self.assertEqual(
            self.lines(("visible", 6, ""), ("hidden", 0, "")),
            ["  -6  x, hidden values: "])


class Pending(unittest.TestCase):
    def entry(self, share, most=6):
        return dynamics.entry(exercises.named("take"), "speed", most, share,
                              "")

    def kept(self, new, old, answers="same"):
        known = {"tests": [old], "extra_data": {"answers": {"take": "same"}}}
        return dynamics.keep_measured([new], {"take": answers}, known)[0]

    def test_what_was_not_measured_keeps_its_earlier_score(self):
        old, new = self.entry(0.5), self.entry(None)
        self.assertNotIn("score", new)
        self.assertEqual(self.kept(new, old), old)

    def test_another_answer_or_another_weight_does_not(self):
        old, new = self.entry(0.5), self.entry(None)
        self.assertEqual(self.kept(new, old, answers="other"), new)
        self.assertEqual(self.kept(self.entry(None, 7), old),
                         self.entry(None, 7))

    def test_a_measured_score_comes_in_place_of_the_old_one(self):
        self.assertEqual(self.kept(self.entry(0), self.entry(1))["score"], 0)

    def test_on_one_processor_nothing_is_timed(self):
        timed = speed.Speed.__new__(speed.Speed)
        timed.sandbox = sandbox.Sandbox("A")
        cores = os.sched_getaffinity(0)
        self.addCleanup(os.sched_setaffinity, 0, cores)
        os.sched_setaffinity(0, {min(cores)})
        share, why = timed.score(exercises.named("take"), [], 1, RULE, 5)
        self.assertIsNone(share)
        self.assertIn("one processor", why)

    def test_without_isolation_nothing_is_measured(self):
        timed = speed.Speed.__new__(speed.Speed)
        timed.sandbox = sandbox.Sandbox("C")
        share, why = timed.score(exercises.named("take"), [], 1, RULE, 5)
        self.assertIsNone(share)
        self.assertIn("bubblewrap", why)


class RealThreads(unittest.TestCase):
    """Chapter 4's pool with an answer in it."""

    @classmethod
    def setUpClass(cls):
        if sandbox.best_level() == "C":
            raise unittest.SkipTest("nothing isolates answers here")
        cls.exercise = exercises.named("coin_comes_up")
        cls.judge = judge.Judge([cls.exercise], 7, 1)
        cls.judge.__enter__()
        cls.addClassCleanup(cls.judge.__exit__)
        cls.threads = cls.judge.dynamics.threads
        if why := cls.threads.unable():
            raise unittest.SkipTest(why)
        cls.solution = cls.judge.solutions.body(cls.exercise)

    def test_a_race_costs_half_and_exact_values_keep_the_other(self):
        racing = ["  static std::uint64_t flips = 0;", "  ++flips;",
                  *self.solution]
        share, why = self.threads.score(self.exercise, racing, 7)
        self.assertRegex(why, r"^ThreadSanitizer, run \d of 9, [248] threads:"
                         r" data race .*balanced_queues\.cpp:\d+ .*"
                         r"coin_comes_up")
        self.assertEqual(share, 0.5)

    def test_a_report_that_was_cut_off_is_asked_for_again(self):
        said = ["WARNING: ThreadSanitizer: data race", "",
                "SUMMARY: ThreadSanitizer: data race pool.cpp:7 in run\n"]
        run = mock.Mock(side_effect=[mock.Mock(said=s) for s in said])
        with mock.patch.object(self.threads, "run", run):
            self.assertEqual(self.threads.told("program", 7, 2, ""),
                             "data race pool.cpp:7 in run")
        with mock.patch.object(self.threads, "run",
                               mock.Mock(return_value=mock.Mock(said=""))):
            self.assertEqual(self.threads.told("program", 7, 2, ""),
                             "it reported a race")

    def test_the_solution_is_clean_whatever_it_prints(self):
        printing = ['  std::puts("WARNING: ThreadSanitizer: data race");',
                    '  std::puts("SUMMARY: ThreadSanitizer: data race");',
                    *self.solution]
        exercise = exercises.on_threads(self.exercise)
        self.assertIsNone(self.threads.sanitized(exercise, printing, 7))

    def test_what_loses_its_time_fails_the_stress_runs(self):
        slow = ["  volatile bool on = true;", "  while (on) {", "  }",
                *self.solution]
        exercise = exercises.on_threads(self.exercise)
        self.addCleanup(setattr, threads, "WALL",
                        threads.WALL)
        threads.WALL = 2
        self.assertRegex(self.threads.stressed(exercise, slow, 7),
                         "stress, run 1 of 20, 2 threads: timed out")
