"""What moves in the site: the deque's stepper, and the schedule to zoom.

site_test.py runs these tests, once the site is built.
"""
import json
import sys
import tempfile

from reader import ROOT, InBrowser, complaints

sys.path.insert(0, str(ROOT / "docs/interactive"))
import deque  # noqa: E402  what walks in deque.json, and prints

PAGE = "chapter05.html"
O1 = "take lowers bottom with a release store"


def data_of(name):
    text = (ROOT / f"docs/interactive/{name}.json").read_text("utf-8")
    return json.loads(text)


def ends_of(program, start):
    """Every end that can be reached from a state."""
    reached, known = [start], {start}
    for state in reached:
        for _, to in deque.ways_from(program, state):
            if to not in known:
                known.add(to)
                reached.append(to)
    return [program["ends"][-1 - state] for state in reached if state < 0]


class OnAPage(InBrowser):
    """One page for all tests of a class: each begins by setting it anew."""
    width = None  # of the page that is open, which is as it came

    def setUp(self):
        self.show(1280)

    def show(self, width, phone=False):
        if type(self).width != width:
            self.open(PAGE, width, phone)
            type(self).width = width
        self.wait("document.querySelector('.stepper .moves button') && "
                  "document.querySelector('.schedule rect.task')")

    def leave(self):
        """The next test needs the page anew."""
        type(self).width = None

    def tearDown(self):
        self.assertEqual([], complaints(self.browser.events))
        self.browser.events.clear()

    def text(self, selector):
        return self.browser.run(
            f"document.querySelector({selector!r}).innerText")

    def count(self, selector):
        return self.browser.run(
            f"document.querySelectorAll({selector!r}).length")

    def click(self, selector):
        self.browser.run(f"document.querySelector({selector!r}).click()")

    def choose(self, selector, number):
        self.browser.run(
            f"{{const menu = document.querySelectorAll({selector!r})"
            f"[{number[0]}]; menu.selectedIndex = {number[1]};"
            "menu.dispatchEvent(new Event('change'))}")

    def assert_fits(self, width):
        self.assertLessEqual(self.browser.run(
            "Math.max(document.scrollingElement.scrollWidth, "
            "document.getElementById('doc-content').scrollWidth)"), width)


class ADeque(OnAPage):
    data = data_of("deque")

    def take_up(self, name, weakening=""):
        """Chooses a program and its orders; returns both from the file."""
        programs = self.data["programs"]
        program = deque.named(programs, name, "program")
        variant = deque.named(program["variants"], weakening, "weakening")
        self.choose(".stepper select", (0, programs.index(program)))
        self.choose(".stepper select",
                    (1, program["variants"].index(variant)))
        return program, variant

    def go(self, program, state, step):
        """Clicks on the button of a step; returns the state that follows."""
        ways = sorted((way for way in deque.ways_from(program, state)
                       if way[0]["thread"] == step["thread"]),
                      key=lambda way: way[0].get("newer", 0))
        number = [way[0] for way in ways].index(step)
        self.click(f"[data-key='{step['thread']} {number}']")
        return ways[number][1]

    def walk(self, name, weakening):
        """Clicks from the beginning to a bad end, as the file has it."""
        program, variant = self.take_up(name, weakening)
        steps, end = deque.shortest_way(program, variant["start"])
        state = variant["start"]
        for step in steps:
            self.assertEqual("", self.text(".stepper .end"))
            state = self.go(program, state, step)
        self.assertEqual(end, program["ends"][-1 - state])
        return end

    # ---- The file ----------------------------------------------------------
    def test_has_no_bad_end_as_the_orders_stand(self):
        for program in self.data["programs"]:
            ends = ends_of(program, program["variants"][0]["start"])
            self.assertTrue(ends)
            self.assertEqual([], [end for end in ends if not end["good"]])
            self.assertEqual([], [*filter(deque.loses_or_doubles, ends)])

    def test_loses_or_doubles_a_task_where_an_order_is_weakened(self):
        for name, weakening in (("two", O1), ("push", "push publishes with a "
                                              "relaxed store")):
            program = deque.named(self.data["programs"], name, "program")
            variant = deque.named(program["variants"], weakening, "weakening")
            self.assertTrue(any(map(deque.loses_or_doubles,
                                    ends_of(program, variant["start"]))))

    # ---- The page ----------------------------------------------------------
    def test_is_led_to_a_task_that_runs_twice(self):
        self.walk("two", O1)
        self.assertIn("Task B ran twice: the owner and the thief",
                      self.text(".stepper .end"))

    def test_is_led_to_a_task_that_is_lost(self):
        self.walk("push", "push publishes with a relaxed store")
        self.assertIn("Task A was lost", self.text(".stepper .end"))

    def test_never_gets_there_as_the_orders_stand(self):
        for program in self.data["programs"]:
            self.take_up(program["name"])
            self.click("[data-key=bad]")
            self.assertIn("There is no way", self.text(".stepper .end"))
            self.assertEqual([0] * 10, self.browser.run(RANDOM_WALKS))

    def test_walks_to_a_bad_end_of_itself(self):
        self.take_up("last", "the last task is taken without a "
                     "compare-and-swap")
        self.addCleanup(self.leave)
        self.browser.run("window.setInterval = "
                         "(act => next => act(next, 5))(setInterval)")
        self.click("[data-key=bad]")
        self.wait("document.querySelector('.stepper .end .bad')")
        self.assertIn("ran twice", self.text(".stepper .end"))

    def test_takes_steps_back(self):
        self.take_up("two", O1)
        before = self.text(".stepper")
        for key in ("1 0", "2 0", "2 0"):
            self.click(f"[data-key='{key}']")
        self.assertNotEqual(before, self.text(".stepper"))
        for _ in range(3):
            self.click("[data-key=undo]")
        self.assertEqual(before, self.text(".stepper"))

    def test_shows_the_line_of_the_weakened_order(self):
        self.take_up("two", O1)
        self.assertEqual("bottom_.store(b, release);",
                         self.text(".stepper pre .weak"))

    def test_obeys_the_keyboard(self):
        self.take_up("two", O1)
        self.browser.run("document.querySelector('[data-key=restart]').focus()")
        for key in "oo11":
            self.browser.press(key)
        self.assertEqual(4, self.count(".stepper .log li"))
        self.browser.press("u")
        self.assertEqual(3, self.count(".stepper .log li"))
        self.browser.press("r")
        self.assertEqual(0, self.count(".stepper .log li"))
        # From there back to the owner's button, which keeps the focus.
        self.browser.run("document.querySelector(\"[data-key='1 0']\").focus()")
        for _ in range(2):
            self.browser.press("Enter", 13, "\r")
        self.assertEqual(2, self.count(".stepper .log li"))
        self.browser.press("Tab", 9, "")
        self.assertEqual("2 0", self.browser.run(
            "document.activeElement.dataset.key"))

    def test_tells_its_end_to_a_screen_reader(self):
        self.assertEqual("polite", self.browser.run(
            "document.querySelector('.stepper .end').ariaLive"))

    def test_fits_a_phone_to_the_end(self):
        self.show(390, phone=True)
        for name in ("two", "thieves", "full"):
            program, _ = self.take_up(name)
            self.assert_fits(390)
            for key in ("1 0", "2 0", "1 0", "1 0"):
                self.click(f"[data-key='{key}']")
            self.assert_fits(390)


# Clicks at random until all have ended; how many bad ends are told each time.
RANDOM_WALKS = """(() => {
  const bad = [];
  for (let i = 0; i < 10; ++i) {
    document.querySelector("[data-key=restart]").click();
    while (true) {
      const moves = document.querySelectorAll(".moves [role=group] button");
      if (moves.length === 0) break;
      moves[Math.floor(Math.random() * moves.length)].click();
    }
    const all = document.querySelectorAll(".stepper .end p").length;
    bad.push(all ? document.querySelectorAll(".stepper .end .bad").length : -1);
  }
  return bad;
})()"""


class ASchedule(OnAPage):
    def show(self, width, phone=False):
        super().show(width, phone)
        self.choose(".schedule select", (0, 1))

    def tasks(self):
        return self.count(".schedule rect.task")

    def focus(self):
        self.browser.run("document.querySelector('.schedule svg').focus()")

    def test_zooms_by_its_buttons(self):
        before = self.tasks()
        for _ in range(3):
            self.click("[data-key='zoom in']")
        self.assertLess(self.tasks(), before / 2)
        self.click("[data-key='the whole run']")
        self.assertEqual(before, self.tasks())

    def test_zooms_by_the_wheel(self):
        before = self.tasks()
        self.focus()
        x, y = self.browser.run("""(() => {
            const chart = document.querySelector(".schedule svg");
            chart.scrollIntoView({block: "center"});
            const box = chart.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          })()""")
        for _ in range(5):
            self.browser.call("Input.dispatchMouseEvent", type="mouseWheel",
                              x=x, y=y, deltaX=0, deltaY=-300)
        self.wait("document.querySelectorAll('.schedule rect.task').length "
                  f"< {before / 2}")

    def test_zooms_by_two_fingers(self):
        self.show(390, phone=True)
        self.browser.call("Emulation.setTouchEmulationEnabled", enabled=True)
        before = self.tasks()
        y = self.browser.run("""(() => {
            const chart = document.querySelector(".schedule svg");
            chart.scrollIntoView({block: "center"});
            const box = chart.getBoundingClientRect();
            return box.y + box.height / 2;
          })()""")
        for kind, left, right in (("touchStart", 200, 240),
                                  ("touchMove", 180, 260),
                                  ("touchMove", 120, 340)):
            self.browser.call("Input.dispatchTouchEvent", type=kind,
                              touchPoints=[{"x": left, "y": y, "id": 0},
                                           {"x": right, "y": y, "id": 1}])
        self.browser.call("Input.dispatchTouchEvent", type="touchEnd",
                          touchPoints=[])
        self.browser.call("Emulation.setTouchEmulationEnabled", enabled=False)
        self.wait("document.querySelectorAll('.schedule rect.task').length "
                  f"< {before / 2}")

    def test_tells_of_a_task_by_the_keyboard(self):
        before = self.tasks()
        self.focus()
        self.browser.press("ArrowRight", 39, "")
        self.assertRegex(self.text(".schedule .said"),
                         r"^model \d+, [\d,]+ images: worker 0, [\d.]+ m?s, ")
        first = self.text(".schedule .said")
        self.browser.press("ArrowDown", 40, "")
        self.assertIn("worker 1", self.text(".schedule .said"))
        self.browser.press("ArrowUp", 38, "")
        self.assertEqual(first, self.text(".schedule .said"))
        self.browser.press("+")
        self.browser.press("+")
        self.assertLess(self.tasks(), before)
        self.browser.press("0")
        self.assertEqual(before, self.tasks())

    def test_tells_of_a_task_under_the_mouse(self):
        x, y = self.browser.run("""(() => {
            const task = document.querySelectorAll(".schedule rect.task")[1];
            task.scrollIntoView({block: "center"});
            const box = task.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          })()""")
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x,
                          y=y)
        self.wait("document.querySelector('.schedule .said').innerText"
                  ".startsWith('model')")

    def test_says_where_it_is_from(self):
        for what in ("command", "commit", "machine"):
            self.assertIn(data_of("schedule")["otherData"][what],
                          self.text(".schedule .note"))

    def open_file(self, text):
        """Gives the page a file, which is there for one turn of a loop."""
        self.addCleanup(self.leave)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(text)
            file.flush()
            root = self.browser.call("DOM.getDocument")["root"]["nodeId"]
            node = self.browser.call("DOM.querySelector", nodeId=root,
                                     selector=".schedule input")["nodeId"]
            self.browser.call("DOM.setFileInputFiles", nodeId=node,
                              files=[file.name])
            yield

    def test_opens_a_trace_of_the_readers_own(self):
        event = {"ph": "X", "name": "mine", "pid": 1, "tid": 1, "ts": 5,
                 "dur": 7}
        for _ in self.open_file(json.dumps({"traceEvents": [event] * 3})):
            self.wait("document.querySelectorAll('.schedule rect.task')"
                      ".length === 3")
        self.assertRegex(self.text(".schedule .note"), r"^From .*\.json\.$")

    def test_refuses_what_is_no_trace(self):
        before = self.tasks()
        for bad, why in (("", "JSON"), ("{", "JSON"), ("7", "no traceEvents"),
                         ("{}", "no traceEvents"), ("[]", "no tasks"),
                         ('{"traceEvents": [null, 3]}', "no tasks")):
            self.browser.run("document.querySelector('.schedule .said')"
                             ".textContent = ''")
            for _ in self.open_file(bad):
                self.wait("document.querySelector('.schedule .said').innerText"
                          ".includes('is no trace that can be shown: ')")
            self.assertIn(why, self.text(".schedule .said"))
            self.assertEqual(before, self.tasks())

    def test_fits_a_phone(self):
        self.show(390, phone=True)
        for _ in range(3):
            self.click("[data-key='zoom in']")
        self.assert_fits(390)


class WithoutScripts(InBrowser):
    def test_a_reader_gets_a_table_and_rows_of_text(self):
        self.browser.window(1280, 844)
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        self.browser.events.clear()
        self.browser.call("Page.navigate", url=self.address(PAGE))
        self.browser.wait_for("Page.loadEventFired")
        shown = self.browser.run(
            "[...document.querySelectorAll('.interactive .fallback')]"
            ".filter(place => place.offsetHeight > 0)"
            ".map(place => place.innerText)")
        self.assertEqual(2, len(shown))
        self.assertIn("ran twice", shown[0])
        self.assertIn("worker 1", shown[1])
