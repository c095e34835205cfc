// What every page of the book starts: the theme's buttons, formulas, search.
"use strict";

DoxygenAwesomeDarkModeToggle.init();
DoxygenAwesomeFragmentCopyButton.init();
DoxygenAwesomeInteractiveToc.init();

// Doxygen leaves formulas as \(...\) and \[...\]. KaTeX is large: only a page
// that has one loads it.
function loadScript(url, then) {
  const script = document.createElement("script");
  script.src = url;
  script.onload = then;
  document.head.append(script);
}

function renderFormulas(contents) {
  renderMathInElement(contents, {
    delimiters: [
      { left: "\\(", right: "\\)", display: false },
      { left: "\\[", right: "\\]", display: true },
    ],
    ignoredClasses: ["fragment"],
  });
}

function loadFormulas() {
  const contents = document.querySelector("div.contents");
  if (!contents || !/\\\(|\\\[/.test(contents.textContent)) return;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "katex/katex.min.css";
  document.head.append(style);
  loadScript("katex/katex.min.js", () =>
    loadScript("katex/auto-render.js", () => renderFormulas(contents)));
}

document.addEventListener("DOMContentLoaded", loadFormulas);

// ---- What moves -------------------------------------------------------------
// docs/interactive/NAME.js enters here how to show the data of its name, and
// NAME-data.js what. Only a page that has a place for it loads them.
const interactive = {};
const interactiveData = {};

function startInteractive() {
  for (const place of document.querySelectorAll(".interactive")) {
    const name = place.dataset.name;
    loadScript(`${name}-data.js`, () => loadScript(`${name}.js`, () =>
      interactive[name](place, interactiveData[name])));
  }
}

document.addEventListener("DOMContentLoaded", startInteractive);

// ---- Search ---------------------------------------------------------------
// search-index.js, loaded with the first letter, is a list of
// [title, where, address, text].
const MOST = 40;

// How well an entry fits: smaller is better, Infinity not at all.
function rank([title, , , text], words) {
  const name = title.toLowerCase();
  const all = name + " " + text.toLowerCase();
  if (!words.every((word) => all.includes(word))) return Infinity;
  if (name === words.join(" ")) return 0;
  if (name.startsWith(words[0])) return 1;
  return words.every((word) => name.includes(word)) ? 2 : 3;
}

function find(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return bookIndex
    .map((entry) => ({ entry, words, rank: rank(entry, words) }))
    .filter((found) => found.rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST);
}

// The words around the first match.
function excerpt(text, word) {
  const at = text.toLowerCase().indexOf(word);
  if (at < 0) return "";
  const begin = at < 30 ? 0 : text.indexOf(" ", at - 30) + 1;
  return (begin ? "\u2026 " : "") + text.slice(begin, begin + 90) + " \u2026";
}

function element(name, content, parent) {
  const made = document.createElement(name);
  made.textContent = content;
  parent.append(made);
  return made;
}

function show(results, field) {
  const found = find(field.value);
  results.replaceChildren();
  results.hidden = field.value.trim() === "";
  for (const { entry: [title, where, address, text], words } of found) {
    const link = element("a", "", results);
    link.href = address;
    element("b", title, link);
    element("span", where, link);
    element("small", excerpt(text, words[0]), link);
  }
  if (found.length === 0) element("p", "Nothing found.", results);
}

function startSearch() {
  const field = document.getElementById("MSearchField");
  const results = document.getElementById("book-results");
  const close = () => (results.hidden = true);
  const search = () => show(results, field);
  close();
  field.addEventListener("input", () => {
    if (typeof bookIndex !== "undefined") return search();
    loadScript("search-index.js", search);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter") results.querySelector("a")?.click();
  });
  document.addEventListener("click", (event) => {
    if (!results.contains(event.target) && event.target !== field) close();
  });
}

document.addEventListener("DOMContentLoaded", startSearch);
