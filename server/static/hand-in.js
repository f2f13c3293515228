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

function say(words, at) {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
  note.textContent = words.replace("{time}", at ? time.format(new Date(at)) : "");
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

function begin(area) {
  const draft = readDraft(area);
  if ("typed" in form.dataset) return keep(area);
  if (draft === null || draft.code === area.defaultValue) return forget(area);
  replaceCode(area, draft.code);
  say(form.dataset.restored, draft.at);
  discard.hidden = false;
}

for (const area of areas) {
  // Who asks for the starter gets it; the draft stays until something is typed.
  if (!new URLSearchParams(location.search).has("begin")) begin(area);
  area.addEventListener("input", () => keep(area));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

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
