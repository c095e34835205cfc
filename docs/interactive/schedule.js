// The schedule of a run, from a trace in Chrome's format as `./chapter05
// --trace FILE` writes it: which worker ran which task, and when. Zooms, and
// opens a trace of the reader's own.
"use strict";

(() => {
  // ---- The trace -----------------------------------------------------------

  // Complete events ("X") by process and thread, in seconds.
  // Returns [{name, rows: [{name, tasks: [{name, start, end, images}]}]}].
  function groupsOf(trace) {
    const events = Array.isArray(trace) ? trace : trace?.traceEvents;
    if (!Array.isArray(events)) throw new Error("it has no traceEvents");
    const groups = new Map();
    for (const event of events) addEvent(groups, event);
    const found = [...groups.values()].map(groupOf)
      .filter((group) => group.rows.some((row) => row.tasks.length > 0));
    if (found.length === 0) throw new Error("it has no tasks (events \"X\")");
    return found;
  }

  function entry(map, key, made) {
    if (!map.has(key)) map.set(key, made);
    return map.get(key);
  }

  function addEvent(groups, event) {
    if (event?.ph !== "X" && event?.ph !== "M") return;
    const group = entry(groups, event.pid,
      { name: `process ${event.pid}`, rows: new Map() });
    if (event.name === "process_name" && event.ph === "M") {
      group.name = String(event.args?.name);
      return;
    }
    const row = entry(group.rows, event.tid,
      { name: `thread ${event.tid}`, tasks: [] });
    const task = taskOf(event);
    if (event.ph === "X" && Number.isFinite(task.end)) row.tasks.push(task);
    else if (event.name === "thread_name") row.name = String(event.args?.name);
  }

  function taskOf({ name, ts, dur, args }) {
    const start = Number(ts) / 1e6;
    return { name: String(name), start, end: start + Number(dur ?? 0) / 1e6,
      images: args?.images };
  }

  function groupOf({ name, rows }) {
    const sorted = [...rows.values()];
    for (const row of sorted) row.tasks.sort((a, b) => a.start - b.start);
    return { name, rows: sorted };
  }

  // Groups that are to be compared: "even shards: static" and "even shards:
  // stealing" are both of "even shards".
  function setsOf(groups) {
    const sets = new Map();
    for (const group of groups) {
      const [set, ...rest] = group.name.split(": ");
      entry(sets, rest.length ? set : "all", [])
        .push({ ...group, name: rest.join(": ") || group.name });
    }
    return [...sets].map(([name, members]) => ({ name, groups: members }));
  }

  // ---- Numbers -------------------------------------------------------------

  function duration(seconds) {
    if (seconds === 0) return "0 s";
    if (Math.abs(seconds) >= 1) return `${seconds.toFixed(2)} s`;
    const milliseconds = seconds * 1e3;
    if (Math.abs(milliseconds) >= 0.1)
      return `${Number(milliseconds.toPrecision(3))} ms`;
    return `${Number((seconds * 1e6).toPrecision(3))} µs`;
  }

  // Where the axis has a number: a step of 1, 2 or 5 times a power of ten.
  function ticks(from, to, most) {
    const rough = (to - from) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
    const found = [];
    for (let i = Math.ceil(from / step); i * step <= to; ++i)
      found.push(i * step);
    return found;
  }

  // ---- Drawing -------------------------------------------------------------

  const ROW = 26, GAP = 6, HEAD = 24, AXIS = 22, LEFT = 64;

  function svg(name, attributes, ...contents) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes))
      made.setAttribute(key, value);
    made.append(...contents);
    return made;
  }

  function element(name, attributes = {}, ...contents) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...contents);
    return made;
  }

  class Schedule {
    constructor(place, trace) {
      this.menu = element("select", { "aria-label": "Which schedule",
        onchange: () => this.choose(this.menu.selectedIndex) });
      this.note = element("p", { class: "note" });
      this.said = element("p", { class: "said", "aria-live": "polite" });
      this.chart = svg("svg", { tabindex: "0", role: "application" });
      this.root = element("section", { class: "schedule",
        "aria-label": "A schedule to zoom" },
      this.settings(), this.chart, this.said, this.note);
      place.append(this.root);
      place.classList.add("live");
      this.listen();
      this.load(trace, originOf(trace));
      new ResizeObserver(() => this.draw()).observe(this.root);
    }

    settings() {
      const button = (label, name, act) => element("button",
        { type: "button", "data-key": name, "aria-label": name, title: name,
          onclick: act }, label);
      this.file = element("input", { type: "file", accept: ".json",
        onchange: () => this.open(this.file.files[0]) });
      return element("div", { class: "settings" }, this.menu,
        element("span", { class: "buttons" },
          button("+", "zoom in", () => this.zoom(0.5)),
          button("−", "zoom out", () => this.zoom(2)),
          button("←", "earlier", () => this.pan(-0.5)),
          button("→", "later", () => this.pan(0.5)),
          button("all", "the whole run", () => this.showAll())),
        element("label", { class: "file" }, "Open a trace of yours",
          this.file));
    }

    // ---- What is shown -----------------------------------------------------
    load(trace, origin) {
      this.sets = setsOf(groupsOf(trace));
      const names = this.sets.map(({ name }) => name);
      this.menu.replaceChildren(...names.map((name) =>
        element("option", {}, name)));
      this.note.textContent = origin;
      this.choose(Math.max(0, names.indexOf(trace.otherData?.first)));
    }

    // A trace from the reader's disk; nothing leaves this page.
    async open(file) {
      if (!file) return;
      try {
        this.load(JSON.parse(await file.text()), `From ${file.name}.`);
      } catch (problem) {
        this.said.textContent =
          `${file.name} is no trace that can be shown: ${problem.message}.`;
      }
    }

    choose(number) {
      this.groups = this.sets[number].groups;
      const tasks = this.groups.flatMap(({ rows }) => rows)
        .flatMap((row) => row.tasks);
      this.first = Math.min(0, ...tasks.map(({ start }) => start));
      this.last = Math.max(...tasks.map(({ end }) => end));
      if (!(this.last > this.first)) this.last = this.first + 1e-6;
      this.menu.selectedIndex = number;
      this.selected = null;
      this.showAll();
    }

    showAll() {
      [this.from, this.to] = [this.first, this.last];
      this.said.textContent = "Point at a task, or press an arrow key in the " +
        "picture, to see which it is.";
      this.draw();
    }

    // ---- Zooming -----------------------------------------------------------
    // Makes the shown time `factor` times as long; `at` stays where it is.
    zoom(factor, at = this.centre()) {
      const whole = this.last - this.first;
      const span = Math.min(whole,
        Math.max(whole * 1e-5, (this.to - this.from) * factor));
      const share = (at - this.from) / (this.to - this.from);
      this.show(at - share * span, span);
    }

    pan(share) {
      const span = this.to - this.from;
      this.show(this.from + share * span, span);
    }

    show(from, span) {
      this.from = Math.max(this.first, Math.min(from, this.last - span));
      this.to = this.from + span;
      this.draw();
    }

    centre() {
      const task = this.selected?.task;
      return task && task.end > this.from && task.start < this.to
        ? (Math.max(task.start, this.from) + Math.min(task.end, this.to)) / 2
        : (this.from + this.to) / 2;
    }

    // ---- Pictures and places -----------------------------------------------
    get width() { return this.chart.clientWidth || 600; }

    x(time) {
      const share = (time - this.from) / (this.to - this.from);
      return LEFT + share * (this.width - LEFT);
    }

    timeAt(x) {
      const share = Math.max(0, (x - LEFT) / (this.width - LEFT));
      return this.from + Math.min(1, share) * (this.to - this.from);
    }

    draw() {
      this.boxes = new Map();
      let y = 0;
      const drawn = [];
      for (const group of this.groups) {
        drawn.push(svg("text", { class: "head", x: 0, y: y + 16 }, group.name));
        y += HEAD;
        for (const row of group.rows) {
          drawn.push(...this.row(row, y));
          y += ROW;
        }
        y += GAP;
      }
      this.chart.setAttribute("height", y + AXIS);
      this.chart.setAttribute("aria-label", "Which worker ran which task, " +
        "and when. Arrow keys go from task to task, plus and minus zoom.");
      this.chart.replaceChildren(...this.axis(y), ...drawn);
      this.mark(true);
    }

    axis(height) {
      const most = Math.max(2, Math.floor((this.width - LEFT) / 80));
      return ticks(this.from, this.to, most).flatMap((time) => {
        const x = this.x(time);
        const anchor = x > this.width - 30 ? "end" : x < LEFT + 26 ? "start"
          : "middle";
        return [svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: height }),
          svg("text", { class: "time", x, y: height + 16,
            "text-anchor": anchor }, duration(time))];
      });
    }

    row(row, y) {
      const shown = row.tasks.map((task, i) => ({ task, i }))
        .filter(({ task }) => task.end > this.from && task.start < this.to);
      return [svg("text", { class: "worker", x: 0, y: y + 17 }, row.name),
        svg("rect", { class: "idle", x: LEFT, y: y + 2,
          width: this.width - LEFT, height: ROW - 4 }),
        ...shown.flatMap(({ task, i }) => this.task(row, task, i, y))];
    }

    task(row, task, number, y) {
      const left = Math.max(LEFT, this.x(task.start));
      const width = Math.min(this.width, this.x(task.end)) - left;
      // Of many that are narrower than a pixel, some will do.
      if (width < 0.3 && row.tasks.length > 2000 && number % 8) return [];
      const box = svg("rect", {
        class: `task ${number % 2 ? "odd" : "even"}`, x: left, y: y + 2,
        width: Math.max(width, 0.5), height: ROW - 4 });
      box.task = { row, task };
      this.boxes.set(task, box);
      const label = task.name.replace(/^model /, "");
      if (width < 7 * label.length + 4) return [box];
      return [box, svg("text", { class: "number", x: left + width / 2,
        y: y + 17, "text-anchor": "middle" }, label)];
    }

    // ---- Tasks -------------------------------------------------------------
    select(found, follow = false) {
      if (!found || found.task === this.selected?.task) return;
      this.mark(false);
      this.selected = found;
      this.mark(true);
      const { row, task } = found;
      const images = task.images === undefined ? "" :
        `, ${Number(task.images).toLocaleString("en")} images`;
      this.said.textContent = `${task.name}${images}: ${row.name}, ` +
        `${duration(task.end - task.start)}, from ${duration(task.start)} ` +
        `to ${duration(task.end)}`;
      if (follow) this.bring(task);
    }

    mark(chosen) {
      this.boxes.get(this.selected?.task)?.classList.toggle("chosen", chosen);
    }

    bring(task) {
      const span = this.to - this.from;
      if (task.end > this.to || task.start < this.from)
        this.show((task.start + task.end - span) / 2, span);
    }

    rows() { return this.groups.flatMap(({ rows }) => rows); }

    // The next task of the row, or the previous: by is 1 or -1.
    beside(by) {
      const rows = this.rows();
      const row = this.selected?.row ?? rows.find((r) => r.tasks.length > 0);
      const at = row.tasks.indexOf(this.selected?.task);
      const task = row.tasks[at < 0 ? 0 : at + by];
      if (task) this.select({ row, task }, true);
    }

    // The task of another row at the same time.
    below(by) {
      if (!this.selected) return this.beside(1);
      const rows = this.rows().filter((row) => row.tasks.length > 0);
      const row = rows[rows.indexOf(this.selected.row) + by];
      if (!row) return;
      const time = (this.selected.task.start + this.selected.task.end) / 2;
      const away = (task) =>
        Math.max(task.start - time, time - task.end, 0);
      const task = row.tasks.reduce((a, b) => (away(b) < away(a) ? b : a));
      this.select({ row, task }, true);
    }

    // ---- Hands -------------------------------------------------------------
    listen() {
      this.chart.addEventListener("keydown", (event) => this.press(event));
      this.chart.addEventListener("wheel", (event) => this.wheel(event),
        { passive: false });
      this.pointers = new Map();
      this.chart.addEventListener("pointerdown", (event) => this.down(event));
      this.chart.addEventListener("pointermove", (event) => this.moved(event));
      for (const end of ["pointerup", "pointercancel", "pointerleave"])
        this.chart.addEventListener(end, (event) =>
          this.pointers.delete(event.pointerId));
    }

    press(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const act = {
        "+": () => this.zoom(0.5), "=": () => this.zoom(0.5),
        "-": () => this.zoom(2), "0": () => this.showAll(),
        "ArrowLeft": () => this.beside(-1), "ArrowRight": () => this.beside(1),
        "ArrowUp": () => this.below(-1), "ArrowDown": () => this.below(1),
        "PageUp": () => this.pan(-0.5), "PageDown": () => this.pan(0.5),
      }[event.key];
      if (!act) return;
      act();
      event.preventDefault();
    }

    // The wheel scrolls the page, unless the picture has the focus; a pinch on
    // a touch pad comes as a wheel with Ctrl.
    wheel(event) {
      if (!event.ctrlKey && document.activeElement !== this.chart) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY))
        return this.pan(event.deltaX / this.width);
      this.zoom(Math.exp(event.deltaY / 300), this.timeAt(this.place(event)));
    }

    place(event) {
      return event.clientX - this.chart.getBoundingClientRect().left;
    }

    down(event) {
      this.chart.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
      this.select(event.target.task);
    }

    // One finger or the mouse drags, two pinch.
    moved(event) {
      if (!this.pointers.has(event.pointerId))
        return event.pointerType === "mouse" && this.select(event.target.task);
      const before = this.spread();
      this.pointers.set(event.pointerId, this.place(event));
      const now = this.spread();
      if (before.width > 20 && now.width > 20)
        this.zoom(before.width / now.width, this.timeAt(now.centre));
      this.pan((before.centre - now.centre) / (this.width - LEFT));
    }

    spread() {
      const xs = [...this.pointers.values()];
      return { centre: (Math.min(...xs) + Math.max(...xs)) / 2,
        width: Math.max(...xs) - Math.min(...xs) };
    }
  }

  // What the recorded trace says of itself.
  function originOf(trace) {
    const { command, commit, machine } = trace.otherData ?? {};
    if (!command) return "";
    return `Recorded with ${command}, commit ${commit}, on ${machine}.`;
  }

  interactive.schedule = (place, trace) => new Schedule(place, trace);
})();
