// The stepper of the Chase-Lev deque: the reader says which thread does its
// next step, and which value a load returns where there are several.
//
// deque.json has all states, as the explorer of tests/model found them with
// the deque's own source. This script only walks in it: it knows no deque and
// no memory order.
"use strict";

(() => {
  // ---- The file ------------------------------------------------------------

  function threadsOf(program) {
    return Array.from({ length: 1 + program.thieves }, (_, i) => i + 1);
  }

  function threadName(program, thread) {
    if (thread === 1) return "owner";
    return program.thieves === 1 ? "thief" : `thief ${thread - 1}`;
  }

  function keyOf(thread) {
    return thread === 1 ? "o" : String(thread - 1);
  }

  // The ways out of a state, [{step, to}]; none out of an end.
  function waysFrom(program, state) {
    if (state < 0) return [];
    const flat = program.states[state];
    const ways = [];
    for (let i = 0; i < flat.length; i += 2)
      ways.push({ step: program.steps[flat[i]], to: flat[i + 1] });
    return ways.sort((a, b) => (a.step.newer ?? 0) - (b.step.newer ?? 0));
  }

  function endOf(program, state) {
    return state < 0 ? program.ends[-1 - state] : null;
  }

  function timesOf(task) {
    return task.takers.length + (task.left ? 1 : 0);
  }

  function losesOrDoubles(end) {
    return !end.failure && end.tasks.some((task) => timesOf(task) !== 1);
  }

  // ---- A walk --------------------------------------------------------------

  // Where the reader stands. A chain has all values that a location has had,
  // and knows[thread - 1] the place of the oldest that a thread may still read.
  function beginning(program, variant) {
    return {
      state: variant.start,
      chains: program.locations.map((location) => [location.value]),
      knows: threadsOf(program).map(() => program.locations.map(() => 0)),
      step: null,
    };
  }

  function copyOf(position, state, step) {
    return {
      state,
      step,
      chains: position.chains.map((chain) => [...chain]),
      knows: position.knows.map((places) => [...places]),
    };
  }

  function write(next, { thread, at, place, wrote }) {
    next.chains[at].splice(place, 0, wrote);
    for (const places of next.knows) if (places[at] >= place) places[at]++;
    next.knows[thread - 1][at] = place;
  }

  // The position after a step.
  function after(position, { step, to }) {
    const next = copyOf(position, to, step);
    const mine = next.knows[step.thread - 1];
    if (step.read !== undefined) {
      const read = next.chains[step.at].length - 1 - (step.newer ?? 0);
      mine[step.at] = Math.max(mine[step.at], read);
    }
    if (step.wrote !== undefined) write(next, step);
    for (const [at, place] of step.knows ?? [])
      mine[at] = Math.max(mine[at], place);
    return next;
  }

  // The shortest way from a state to an end that `wanted` says yes to, or null.
  function shortestWay(program, start, wanted) {
    const cameFrom = new Map([[start, null]]);
    const reached = [start];
    for (const state of reached) {
      const end = endOf(program, state);
      if (end && wanted(end)) return stepsTo(cameFrom, state);
      for (const way of waysFrom(program, state)) {
        if (cameFrom.has(way.to)) continue;
        cameFrom.set(way.to, { from: state, way });
        reached.push(way.to);
      }
    }
    return null;
  }

  function stepsTo(cameFrom, state) {
    const steps = [];
    for (let back = cameFrom.get(state); back; back = cameFrom.get(back.from))
      steps.unshift(back.way);
    return steps;
  }

  function wayToABadEnd(program, state) {
    return shortestWay(program, state, losesOrDoubles) ??
      shortestWay(program, state, (end) => !end.good);
  }

  // ---- Words ---------------------------------------------------------------

  function placeName(program, at) {
    const { name, slot, ring } = program.locations[at];
    if (name !== "slot") return name;
    const rings = new Set(program.locations.map((other) => other.ring));
    rings.delete(undefined);
    const of = rings.size > 1 ? ` of the ring of ${ring}` : "";
    return `slot ${slot}${of}`;
  }

  function stepText(program, step) {
    const where = placeName(program, step.at);
    if (step.what === "load" && step.read !== undefined)
      return `load ${where}: ${step.read}${step.newer ? " (old)" : ""}`;
    if (step.what === "swap" && step.wrote !== undefined)
      return `swap ${where}: ${step.read} → ${step.wrote}`;
    if (step.what === "swap") return `swap ${where}: it is ${step.read}, fails`;
    if (step.what === "store") return `store ${where}: ${step.wrote}`;
    return `${step.what} ${where}`;
  }

  function resultText({ result, unseen }) {
    if (!result) return "";
    const [what, task] = result.split(" ");
    if (what === "pushed") return `has pushed ${task}`;
    if (what === "empty") return "finds nothing";
    if (what === "lost") return "has lost the race";
    if (task === "none") return "gets an empty slot for a task";
    return `gets ${task}` + (unseen ? ", perhaps without its contents" : "");
  }

  function namesOf(program, threads) {
    return threads.map((thread) => `the ${threadName(program, thread)}`)
      .join(" and ");
  }

  function sentence(text) {
    return text[0].toUpperCase() + text.slice(1);
  }

  function taskText(program, letter, task) {
    const takers = namesOf(program, task.takers);
    if (timesOf(task) === 0) return `Task ${letter} was lost: nobody has it.`;
    if (task.takers.length > 1)
      return `Task ${letter} ran ${task.takers.length === 2 ? "twice" :
        "three times"}: ${takers} have it.`;
    if (timesOf(task) > 1)
      return `Task ${letter} ran once, and is in the deque to run again.`;
    if (task.left) return `Task ${letter} is still in the deque.`;
    const once = `Task ${letter} ran once: ${takers} has it.`;
    if (task.unseeing.length === 0) return once;
    return `${once} But nothing orders the push before the reading of the ` +
      `task: ${takers} may read what was there before. That is a data race.`;
  }

  function failureText(failure) {
    if (failure.includes("slot in use"))
      return "The owner fills a slot anew, and nothing orders that after the " +
        "thief's reading of it. The thief may have got the new task for the " +
        "old one: one task runs twice, the other is lost.";
    if (failure.includes("constructed"))
      return "The thief follows the pointer to a ring of which it need not " +
        "see anything yet. It reads whatever was in that memory before.";
    return sentence(failure) + ".";
  }

  function endTexts(program, end) {
    if (end.failure) return [{ good: false, text: failureText(end.failure) }];
    return end.tasks.map((task, i) => ({
      good: timesOf(task) === 1 && task.unseeing.length === 0,
      text: taskText(program, String.fromCharCode(65 + i), task),
    }));
  }

  function workText(program) {
    const words = { p: "push", t: "take" };
    const owner = [...program.owner].map((step) => words[step]).join(", ");
    const thief = Array(program.attempts).fill("steal").join(", ");
    const thieves = program.thieves === 1 ? "the thief" : "each thief";
    const tasks = program.before.length;
    const full = tasks === 0 ? "The deque is empty" :
      `The deque holds ${[..."ABCD"].slice(0, tasks).join(" and ")}`;
    return `${full}. The owner does: ${owner}; ${thieves}: ${thief}.`;
  }

  // ---- Elements ------------------------------------------------------------

  // h("p", {class: "x"}, "text", element, ...); what begins with "on" listens.
  function h(name, attributes = {}, ...contents) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false)
        made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...contents.filter((content) => content !== null));
    return made;
  }

  function help() {
    const lines = [
      "Each button is the next step of a thread, an access to one variable. " +
        "A load that may return several values has a button for each.",
      "The table says what each variable holds, and what each thread may " +
        "read there: a thread may read an old value until it knows of a " +
        "newer one. Struck out is what it does not know to be old, but what " +
        "the one order S rules out, or that a compare-and-swap reads the " +
        "last value.",
      "Keys: o and 1, 2 move the owner and the thieves, with Shift to the " +
        "older value; u takes a step back, r begins again, b walks to a bad " +
        "end."];
    return h("details", {}, h("summary", {}, "How to read this"),
      ...lines.map((line) => h("p", {}, line)));
  }

  function badge(program, thread) {
    const name = threadName(program, thread);
    return h("span", { class: `badge thread${thread}`, title: `the ${name}` },
      thread === 1 ? "O" : program.thieves === 1 ? "T" : `T${thread - 1}`);
  }

  class Stepper {
    constructor(place, data) {
      this.data = data;
      this.program = data.programs[1];
      this.variant = this.program.variants[0];
      this.parts = {};
      for (const part of ["settings", "memory", "code", "end", "moves", "log"])
        this.parts[part] = h("div", { class: part });
      const { settings, memory, code, end, moves, log } = this.parts;
      end.setAttribute("aria-live", "polite");
      this.root = h("section", { class: "stepper", tabindex: "-1",
        "aria-label": "The deque, step by step",
        onkeydown: (event) => this.press(event) },
      settings, memory, code, h("div", { class: "desk" }, end, moves), log,
      help());
      place.append(this.root);
      place.classList.add("live");
      this.drawSettings();
      this.restart();
    }

    get position() { return this.past[this.past.length - 1]; }

    // ---- What the reader does ----------------------------------------------
    choose(program, variant) {
      this.program = program;
      this.variant = variant;
      this.drawSettings();
      this.restart();
    }

    restart() {
      this.stop();
      this.said = "";
      this.past = [beginning(this.program, this.variant)];
      this.draw();
    }

    undo() {
      this.stop();
      this.said = "";
      if (this.past.length > 1) this.past.pop();
      this.draw();
    }

    // A thread goes on, with the value that is `older` places from the newest.
    move(thread, older = 0) {
      const ways = this.waysOf(thread);
      if (ways.length === 0) return;
      this.stop();
      this.go(ways[Math.min(older, ways.length - 1)]);
    }

    go(way) {
      this.said = "";
      this.past.push(after(this.position, way));
      this.draw();
    }

    // Walks to a bad end: from here, or else from the beginning.
    showBadEnd() {
      if (this.timer) return this.pause();
      if (!wayToABadEnd(this.program, this.position.state)) this.restart();
      if (endOf(this.program, this.position.state)) this.restart();
      const ways = wayToABadEnd(this.program, this.position.state);
      if (!ways) return this.sayThereIsNone();
      const next = () => {
        if (ways.length === 1) this.stop();
        this.go(ways.shift());
      };
      this.timer = setInterval(next, 900);
      next();
    }

    sayThereIsNone() {
      this.said = "There is no way to lose a task or to run it twice here: " +
        `the explorer tried all ${this.variant.states} states.`;
      this.draw();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
    }

    pause() {
      this.stop();
      this.draw();
    }

    press(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target.tagName === "SELECT") return;
      const key = event.key.toLowerCase();
      const thread = threadsOf(this.program).find((t) => keyOf(t) === key);
      if (thread) this.move(thread, event.shiftKey ? 1 : 0);
      else if (key === "u") this.undo();
      else if (key === "r") this.restart();
      else if (key === "b") this.showBadEnd();
      else return;
      event.preventDefault();
    }

    // ---- What the reader sees ----------------------------------------------
    waysOf(thread) {
      return waysFrom(this.program, this.position.state)
        .filter((way) => way.step.thread === thread);
    }

    // The step that a thread stands before, or null where it has ended.
    nextOf(thread) {
      return this.waysOf(thread)[0]?.step ?? null;
    }

    draw() {
      const focused = document.activeElement?.dataset?.key;
      this.parts.memory.replaceChildren(this.picture(), this.knowledge());
      this.parts.code.replaceChildren(...this.code());
      this.drawMoves();
      this.parts.end.replaceChildren(...this.ending());
      this.parts.log.replaceChildren(...this.log());
      this.parts.log.firstChild.scrollTop = 1e6;
      if (focused) this.focus(focused);
    }

    // Gives the focus back to a button that was drawn anew, or that is gone.
    focus(key) {
      const find = (name) => this.root.querySelector(`[data-key="${name}"]`);
      const button = find(key) ?? find(key.split(" ")[0] + " 0");
      (button && !button.disabled ? button : find("restart")).focus();
    }

    // ---- Settings ----------------------------------------------------------
    drawSettings() {
      const { programs } = this.data;
      const { program } = this;
      const menu = (label, names, chosen, choose) => {
        const onchange = (event) => choose(event.target.selectedIndex);
        const options = names.map((name, i) =>
          h("option", { selected: i === chosen }, name));
        return h("label", {}, h("span", {}, label),
          h("select", { onchange }, ...options));
      };
      this.parts.settings.replaceChildren(
        menu("Program", programs.map(({ title }) => title),
          programs.indexOf(program),
          (i) => this.choose(programs[i], this.sameVariant(programs[i]))),
        menu("Orders", program.variants.map((v) => this.variantName(v)),
          program.variants.indexOf(this.variant),
          (i) => this.choose(program, program.variants[i])),
        h("p", {}, workText(program)));
    }

    sameVariant(program) {
      return program.variants.find(({ name }) => name === this.variant.name) ??
        program.variants[0];
    }

    variantName({ name, line }) {
      if (name === "") return "as they stand";
      const mark = this.markOf(line);
      return mark ? `${mark}: ${name}` : name;
    }

    markOf(line) {
      return this.data.marks.find(([number]) => number === line)?.[1] ?? "";
    }

    // ---- Memory ------------------------------------------------------------
    newest(at) {
      return this.position.chains[at][this.position.chains[at].length - 1];
    }

    // The rings that there are by now: the first, and one that was written to.
    rings() {
      const rings = new Map();
      this.program.locations.forEach(({ ring }, at) => {
        if (ring === undefined) return;
        if (!rings.has(ring)) rings.set(ring, []);
        rings.get(ring).push(at);
      });
      return [...rings].filter(([, slots], i) => i === 0 ||
        slots.some((at) => this.position.chains[at].length > 1));
    }

    picture() {
      const ends = { top: this.newest(0), bottom: this.newest(1) };
      const rings = this.rings();
      return h("div", { class: "rings" }, ...rings.map(([capacity, slots], i) =>
        h("div", { class: "ring" }, ...slots.map((at, slot) =>
          this.cell(at, Object.entries(ends).filter(([, index]) =>
            i === rings.length - 1 &&
            (((index % capacity) + capacity) % capacity) === slot))))));
    }

    cell(at, ends) {
      const value = this.newest(at);
      return h("div", { class: "cell" },
        h("span", { class: "slot" }, value === "none" ? "" : value),
        ...ends.map(([name, index]) =>
          h("span", { class: `end-${name}` }, `${name} ${index}`)));
    }

    // What each location holds, and what each thread may read there.
    knowledge() {
      const { program } = this;
      const head = h("tr", {}, h("th", { scope: "col" }, ""),
        h("th", { scope: "col" }, "holds"),
        ...threadsOf(program).map((thread) => h("th", { scope: "col" },
          badge(program, thread), " may read")));
      const shown = program.locations.map((_, at) => at)
        .filter((at) => this.isShown(at));
      return h("table", {}, h("thead", {}, head), h("tbody", {},
        ...shown.map((at) => h("tr", {},
          h("th", { scope: "row" }, placeName(program, at)),
          h("td", {}, this.newest(at)),
          ...threadsOf(program).map((thread) => this.readable(thread, at))))));
    }

    // Slots that nobody fills, and the pointer to the only ring, say nothing.
    isShown(at) {
      const { locations } = this.program;
      const rings = this.rings();
      if (locations[at].name === "buffer") return rings.length > 1;
      if (locations[at].ring === undefined) return true;
      return rings.some(([ring]) => ring === locations[at].ring) &&
        (this.position.chains[at].length > 1 || this.newest(at) !== "none");
    }

    // What a thread may read, the newest first. Where its next step reads, the
    // explorer has said which of the values it may be; others are struck out.
    readable(thread, at) {
      const next = this.nextOf(thread);
      if (!next) return h("td", { class: "over" }, "–");
      const chain = this.position.chains[at];
      const values = chain.slice(this.position.knows[thread - 1][at]).reverse();
      const reads = next.at === at && next.what !== "store";
      const allowed = this.waysOf(thread).map(({ step }) => step.newer ?? 0);
      return h("td", { class: reads ? "next" : null },
        ...values.flatMap((value, newer) => [newer > 0 ? " " : null,
          reads && !allowed.includes(newer)
            ? h("del", { title: "the memory orders rule it out" }, value)
            : h("span", { class: newer > 0 ? "old" : null }, value)]));
    }

    // ---- Code --------------------------------------------------------------
    // The functions in which threads are; those that have ended stay in theirs.
    code() {
      const lines = new Map();
      for (const thread of threadsOf(this.program)) {
        const line = this.nextOf(thread)?.line;
        if (line) lines.set(line, [...(lines.get(line) ?? []), thread]);
      }
      const used = this.functionsUsed();
      return this.data.functions.filter(({ name }) => used.has(name))
        .map((shown) => this.functionCode(shown, lines));
    }

    functionsUsed() {
      const used = new Set(["steal"]);
      const now = this.nextOf(1)?.line ?? this.past.map(({ step }) => step)
        .filter((step) => step?.thread === 1).pop()?.line;
      for (const { name, lines } of this.data.functions)
        if (lines.some(([number]) => number === now)) used.add(name);
      return used;
    }

    functionCode({ name, lines }, threads) {
      return h("pre", { "aria-label": name, tabindex: "0" },
        ...lines.map(([number, text]) =>
          this.codeLine(number, text, threads.get(number) ?? [])));
    }

    codeLine(number, text, threads) {
      const indent = text.length - text.trimStart().length;
      const weak = number === this.variant.line;
      const code = weak ? this.variant.text : text.trimStart();
      const mark = this.markOf(number);
      return h("div", { class: "row" + (threads.length ? " here" : ""),
        "data-line": number },
      h("span", { class: "who" },
        ...threads.map((thread) => badge(this.program, thread))),
      h("span", { class: weak ? "weak" : null,
        style: `margin-left: ${indent / 2}em` }, code),
      mark ? h("span", { class: "mark" }, mark) : null);
    }

    // ---- Buttons -----------------------------------------------------------
    drawMoves() {
      const ended = endOf(this.program, this.position.state);
      const threads = ended ? [] : threadsOf(this.program);
      this.parts.moves.replaceChildren(
        ...threads.map((thread) => this.threadMoves(thread)),
        h("div", { class: "rest" },
          this.button("undo", "Undo", "u", () => this.undo(),
            this.past.length === 1),
          this.button("restart", "Restart", "r", () => this.restart()),
          this.button("bad", this.timer ? "Stop" : "Show what goes wrong",
            "b", () => this.showBadEnd())));
    }

    button(key, label, letter, onclick, disabled = false) {
      return h("button", { type: "button", "data-key": key, onclick, disabled,
        "aria-keyshortcuts": letter }, label, " ", h("kbd", {}, letter));
    }

    threadMoves(thread) {
      const name = threadName(this.program, thread);
      const ways = this.waysOf(thread);
      const moves = ways.map((way, older) => this.button(
        `${thread} ${older}`, stepText(this.program, way.step),
        older ? "⇧" + keyOf(thread) : keyOf(thread),
        () => this.move(thread, older)));
      return h("div", { role: "group", "aria-label": name },
        badge(this.program, thread), h("b", {}, name),
        ...moves, moves.length ? null
          : h("span", { class: "over" }, "has ended"));
    }

    // ---- How it ends -------------------------------------------------------
    ending() {
      const end = endOf(this.program, this.position.state);
      if (this.said) return [h("p", { class: "good" }, this.said)];
      if (!end) return [];
      return endTexts(this.program, end).map(({ good, text }) =>
        h("p", { class: good ? "good" : "bad" }, text));
    }

    log() {
      const steps = this.past.map(({ step }) => step).filter(Boolean);
      if (steps.length === 0)
        return [h("p", {}, "You are the scheduler: say who goes next.")];
      return [h("ol", { tabindex: "0", "aria-label": "The steps so far" },
        ...steps.map((step) => this.logLine(step)))];
    }

    logLine(step) {
      const result = resultText(step);
      const mark = this.markOf(step.line);
      return h("li", {}, badge(this.program, step.thread), " ",
        mark ? `${mark} ` : "", stepText(this.program, step),
        result ? h("b", {}, ` ${result}`) : null);
    }
  }

  interactive.deque = (place, data) => new Stepper(place, data);
})();
