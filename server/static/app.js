// Improves what works without it: the live page, the reader's own clock, one sending per form.

// Put a piece of page in the place of the element of the same id; a new item goes into #into.
function swap(html, into) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const fresh of [...template.content.children]) {
    const old = document.getElementById(fresh.id);
    if (!old) {
      if (fresh.matches("li")) document.getElementById(into)?.append(fresh);
      continue;
    }
    const focused = old.contains(document.activeElement) && document.activeElement.closest("[id]").id;
    // A reader keeps what was opened, and a live region must stay itself to be read out.
    for (const open of old.querySelectorAll("details[open]")) {
      fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
    }
    const spoken = old.querySelector("[role=status]");
    const next = fresh.querySelector("[role=status]");
    if (spoken && next) {
      const words = next.textContent;
      next.replaceWith(spoken);
      old.replaceWith(fresh);
      if (spoken.textContent !== words) spoken.textContent = words;
    } else {
      old.replaceWith(fresh);
    }
    if (focused) document.getElementById(focused)?.querySelector("summary")?.focus({ preventScroll: true });
  }
}

// What depends on the reader and on the code comes with the page, once the run is over.
async function complete(ids = ["result", "checks", "code"]) {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  for (const id of ids) {
    // Not the code while somebody writes a comment in it.
    const isWritten = id === "code" && document.getElementById(id).contains(document.activeElement);
    const fresh = page.getElementById(id);
    if (fresh && !isWritten) swap(fresh.outerHTML);
  }
  localTimes();
}

// A list that others change, too, while somebody looks at it. Not by events: of a whole class, each
// would have every page drawn again.
async function freshen(id) {
  const seconds = Number(document.getElementById(id)?.dataset.fresh);
  if (!seconds) return;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const isBusy = document.getElementById(id)?.contains(document.activeElement);
  if (!document.hidden && !isBusy) await complete([id, "rank"]).catch(() => {});
  freshen(id);
}
for (const list of document.querySelectorAll("[data-fresh]")) freshen(list.id);

// Not by events: the place depends on everybody else, and is nothing to be read out each time.
async function followPlace() {
  const place = document.querySelector("[data-again]");
  if (!place) return;
  await new Promise((resolve) => setTimeout(resolve, Number(place.dataset.again) * 1000));
  if (document.querySelector("[data-again]")) await complete(["place"]).catch(() => {});
  followPlace();
}
followPlace();

const live = document.querySelector("[data-live]");
if (live) {
  const source = new EventSource(live.dataset.live);
  source.addEventListener("fragment", (event) => {
    swap(event.data, "check-list");
    localTimes();
  });
  source.addEventListener("end", () => {
    source.close();
    complete();
  });
  // Refused, because too many are open: the page still comes up to date, by being loaded again.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10_000);
  });
}

function localTimes() {
  // As `format_short_moment` of the server does, and with the zone; CET is British English.
  const { lang } = document.documentElement;
  const time = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat(lang, time);
  const zones = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { timeZoneName: "short" });
  for (const element of document.querySelectorAll("time:not([title])")) {
    const at = new Date(element.dateTime);
    const { day, month, year, hour, minute } = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
    const zone = zones.formatToParts(at).find((part) => part.type === "timeZoneName").value;
    element.title = element.textContent;
    element.textContent = `${day} ${month} ${year}, ${hour}:${minute} ${zone}`;
  }
}
localTimes();

// Narrow, a row of links scrolls: the one that is shown is in sight from the start.
for (const here of document.querySelectorAll("nav [aria-current]")) {
  const row = here.closest("nav");
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

// Not while somebody reads why a run is undecided, or has moved the focus into the page.
const renewed = document.querySelector("[data-renew]");
if (renewed) {
  setInterval(() => {
    if (!document.querySelector("main .undecided[open], main :focus")) location.reload();
  }, Number(renewed.dataset.renew) * 1000);
}

// What was typed outlives a change of language; code has drafts of its own, in hand-in.js.
function typedFields() {
  const kept = (one) => one.name && one.name !== "code" && !["hidden", "password", "file", "submit"].includes(one.type);
  const fields = [...document.querySelectorAll("main form")].flatMap((form) => [...form.elements]).filter(kept);
  const isTicked = (one) => one.type === "checkbox" || one.type === "radio";
  return fields.map((one) => ({ one, key: isTicked(one) ? "checked" : "value", name: `${one.form.action} ${one.name} ${isTicked(one) ? one.value : ""}` }));
}
for (const form of document.querySelectorAll("form.language[data-typed]")) {
  form.removeAttribute("target");
  form.querySelector(".new-tab")?.remove();
  form.addEventListener("submit", () => {
    sessionStorage.setItem("typed", JSON.stringify(typedFields().map(({ one, key, name }) => [name, one[key]])));
  });
}
function takeTyped() {
  try {
    const typed = JSON.parse(sessionStorage.getItem("typed") ?? "[]");
    sessionStorage.removeItem("typed");
    return new Map(typed);
  } catch {
    return new Map(); // a browser may forbid its storage
  }
}
const typed = takeTyped();
for (const { one, key, name } of typed.size ? typedFields() : []) {
  if (typed.has(name)) one[key] = typed.get(name);
}

// The server knows a form sent twice by its key; this only spares the second wait.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}

// On a machine that others use too, whoever signs out may delete what hand-in.js keeps.
const leaving = document.querySelector("form.sign-out");
const drafts = leaving ? draftKeys(leaving.dataset.drafts) : [];
if (drafts.length) leaving.querySelector("[hidden]").hidden = false;
leaving?.addEventListener("submit", () => {
  if (!leaving.querySelector("#forget").checked) return;
  for (const key of draftKeys(leaving.dataset.drafts)) localStorage.removeItem(key);
});

function draftKeys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // a browser may forbid its storage
  }
}
