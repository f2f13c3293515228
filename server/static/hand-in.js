// The form for handing in: what is typed is kept in this browser, by account and exercise.

const form = document.querySelector("#hand-in-form");
const areas = form ? [...form.querySelectorAll("textarea[name=code]")] : [];
const note = document.querySelector("#draft");
const discard = document.querySelector("#discard");

// A browser may forbid its storage; then nothing is kept, and handing in works all the same.
function stored(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

const keyOf = (area) => `draft/${form.dataset.drafts}/${area.dataset.file}`;
const readDraft = (area) => stored((storage) => JSON.parse(storage.getItem(keyOf(area))));

function say(words, at, name = "") {
  if (!note) return;
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  note.textContent = words.replace("{name}", name).replace("{time}", at ? time.format(new Date(at)) : "");
}

function keep(area) {
  const at = Date.now();
  if (stored((storage) => storage.setItem(keyOf(area), JSON.stringify({ code: area.value, at })) ?? true)) {
    say(form.dataset.saved, at);
  }
}

function forget(area) {
  stored((storage) => storage.removeItem(keyOf(area)));
}

function replaceCode(area, code) {
  area.value = code;
  area.dispatchEvent(new Event("replaced"));
}

// Numbers beside the lines, and a mark on the one that the last attempt failed at, or that a result
// leads to. It moves with what is typed above it.
const gutters = new Map();

function addGutter(area) {
  const frame = document.createElement("div");
  const numbers = document.createElement("pre");
  frame.className = "numbered";
  numbers.setAttribute("aria-hidden", "true");
  area.before(frame);
  frame.append(numbers, area);
  gutters.set(area, { numbers, lines: 0, mark: Number(area.dataset.mark ?? 0) });
  area.addEventListener("scroll", () => {
    numbers.scrollTop = area.scrollTop;
  });
  area.addEventListener("input", () => drawGutter(area, true));
  area.addEventListener("replaced", () => {
    gutters.get(area).mark = area.value === area.defaultValue ? Number(area.dataset.mark ?? 0) : 0;
    drawGutter(area);
  });
  drawGutter(area);
}

const lineAt = (area, position) => area.value.slice(0, position).split("\n").length;

function drawGutter(area, isTyped = false) {
  const gutter = gutters.get(area);
  const lines = lineAt(area, area.value.length);
  const more = lines - gutter.lines;
  if (isTyped && gutter.mark && more && lineAt(area, area.selectionStart) - Math.max(more, 0) < gutter.mark) {
    gutter.mark = Math.max(gutter.mark + more, 1);
  }
  if (more) gutter.numbers.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
  gutter.lines = lines;
  gutter.numbers.scrollTop = area.scrollTop;
  area.classList.toggle("marked", gutter.mark > 0);
  area.style.setProperty("--marked-line", gutter.mark);
}

function begin(area) {
  const draft = readDraft(area);
  if ("typed" in form.dataset) return keep(area);
  // Where nothing is accepted, the draft is shown and stays.
  if (area.readOnly && (draft === null || draft.code === area.defaultValue)) return;
  if (draft === null || draft.code === area.defaultValue) return forget(area);
  replaceCode(area, draft.code);
  area.closest("[hidden]")?.removeAttribute("hidden");
  say(form.dataset.restored, draft.at);
  if (discard) discard.hidden = false;
}

// Tab indents, and Escape before it leaves, as the hint beside the field says.
let isLeaving = false;

// What is inserted this way can be undone by the keyboard.
function insert(text) {
  document.execCommand("insertText", false, text);
}

function indentLines(area, isBack) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = value.slice(0, start).lastIndexOf("\n") + 1;
  if (start === end && !isBack) return insert(" ".repeat(4 - ((start - from) % 4)));
  const lines = value.slice(from, end).split("\n");
  const moved = lines.map((line) => (isBack ? line.replace(/^( {1,4}|\t)/, "") : line && `    ${line}`)).join("\n");
  area.setSelectionRange(from, end);
  if (moved === "") document.execCommand("delete");
  else insert(moved);
  if (start !== end) area.setSelectionRange(from, from + moved.length);
}

function pressed(event) {
  const area = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit?.();
  if (event.key === "Escape") isLeaving = true;
  else if (event.key !== "Tab" && event.key !== "Shift") isLeaving = false;
  if (area.readOnly || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Tab" && !isLeaving) {
    event.preventDefault();
    indentLines(area, event.shiftKey);
  } else if (event.key === "Enter") {
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    event.preventDefault();
    insert(`\n${line.match(/^[ \t]*/)[0]}${line.trimEnd().endsWith(":") ? "    " : ""}`);
    // Browsers bring a caret into view that was typed to, and not one that was put there.
    const below = (lineAt(area, area.selectionEnd) + 1) * parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(area.scrollTop, below - area.clientHeight);
  }
}

// A result leads to the line that it speaks of: `#line=5`, and `&file=` for another than the first.
function markLine() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const area = areas.find((one) => one.dataset.file === wanted.get("file")) ?? areas[0];
  const number = Number(wanted.get("line"));
  const lines = area.value.split("\n");
  if (!(number >= 1 && number <= lines.length)) return;
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  gutters.get(area).mark = number;
  drawGutter(area);
  area.focus();
  area.setSelectionRange(start, start + lines[number - 1].length);
  area.scrollTop = (number - 4) * parseFloat(getComputedStyle(area).lineHeight);
}

for (const area of areas) {
  addGutter(area);
  // Who asks for the starter gets it; the draft stays until something is typed.
  if (!new URLSearchParams(location.search).has("begin")) begin(area);
  area.addEventListener("input", () => keep(area));
  area.addEventListener("keydown", pressed);
  area.addEventListener("blur", () => {
    isLeaving = false;
  });
}

if (areas.length) markLine();

const shortcut = document.querySelector("#shortcut");
if (shortcut) shortcut.hidden = false;

discard?.addEventListener("click", () => {
  for (const area of areas) {
    forget(area);
    replaceCode(area, area.defaultValue);
  }
  discard.hidden = true;
  say("");
  areas[0].focus();
});

// A chosen or dropped file is shown before it is sent: the server reads it as it does when it is
// handed in, so a zip, a notebook and what is no program are treated alike.
const chooser = form?.querySelector("input[type=file]");
const unreadable = document.querySelector("#unreadable");
const undo = document.querySelector("#undo");
let before = [];

async function show(files) {
  const names = [...files].map((file) => file.name).join(", ");
  const body = new FormData();
  for (const file of files) body.append("file", file, file.name);
  for (const area of areas) body.append("code", area.value);
  const answer = await fetch(form.dataset.read, { method: "POST", body });
  const read = await answer.json();
  unreadable.textContent = read.error ?? "";
  unreadable.hidden = !read.error;
  if (read.error) return;
  before = areas.map((area) => area.value);
  for (const area of areas) {
    if (read.code[area.dataset.file] === area.value) continue;
    replaceCode(area, read.code[area.dataset.file]);
    keep(area);
  }
  chooser.value = "";
  undo.hidden = false;
  say(form.dataset.loaded, 0, names);
}

// Whatever stands against it, an answer that is no JSON or no network: the file is sent as chosen.
chooser?.addEventListener("change", () => {
  if (chooser.files.length) show(chooser.files).catch(() => {});
});

undo?.addEventListener("click", () => {
  for (const [index, area] of areas.entries()) {
    replaceCode(area, before[index]);
    keep(area);
  }
  undo.hidden = true;
  areas[0].focus();
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  if (!chooser) break;
  form.addEventListener(kind, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind !== "drop") return;
    chooser.files = event.dataTransfer.files;
    chooser.dispatchEvent(new Event("change"));
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    button.textContent = button.dataset.copied;
  });
}

// Two tabs of one exercise show the same code: the last that was typed in either of them. What this
// tab had shown before comes back with the button.
addEventListener("storage", ({ key, oldValue, newValue }) => {
  const area = areas.find((one) => keyOf(one) === key);
  if (!area || area.readOnly || newValue === null) return;
  const { code, at } = JSON.parse(newValue);
  const was = oldValue === null ? area.defaultValue : JSON.parse(oldValue).code;
  if (area.value !== was || code === was) return;
  if (undo.hidden) before = areas.map((one) => one.value);
  undo.hidden = false;
  if (discard) discard.hidden = false;
  replaceCode(area, code);
  say(form.dataset.other, at);
});

// How long it is until the assignment opens or closes, in the largest unit that is whole.
const until = document.querySelector("time.until");
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
function count() {
  const seconds = (new Date(until.dateTime) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= 2 * size) ?? UNITS.at(-1);
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const distance = words.format(Math.round(seconds / size), unit);
  until.textContent = distance[0].toUpperCase() + distance.slice(1);
  if (seconds < 172_800) setTimeout(count, seconds < 120 ? 1000 : 30_000);
}
if (until) count();

// Before the listener that marks the form as sent.
form?.addEventListener(
  "submit",
  (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(form.dataset.offline);
    addEventListener("online", () => say(form.dataset.online), { once: true });
  },
  { capture: true },
);
