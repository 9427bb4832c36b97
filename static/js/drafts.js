// What is typed into a form marked data-draft (its value: the key of the person) is kept in this
// browser until it is saved, for a week at most. Never passwords, never files.

const PREFIX = "draft:";
const SENT = "draft-sent";
const WEEK = 7 * 24 * 60 * 60 * 1000;
const NEVER = new Set(["csrfmiddlewaretoken", "typed_by"]);
const LOGOUT = "form[data-person]";

const form = document.querySelector("form[data-draft]");

function keyOf(owner) {
  const query = new URLSearchParams(location.search);
  query.delete("next");
  return `${PREFIX}${owner}:${location.pathname}?${query}`;
}

function drafts(owner = "") {
  return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${owner}`));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

for (const key of drafts()) {
  if (!(read(key)?.at > Date.now() - WEEK)) localStorage.removeItem(key);
}

// A page that says what was done, and not the form again: it was saved.
const sent = sessionStorage.getItem(SENT);
if (sent && document.querySelector(".messages :is(.message-success, .message-info)")) {
  if (!form || keyOf(form.dataset.draft) !== sent) localStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

document.addEventListener("submit", ({ target }) => {
  if (!target.matches(LOGOUT)) return;
  for (const key of drafts(`${target.dataset.person}:`)) localStorage.removeItem(key);
});

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

function fields() {
  return [...form.elements].filter(
    ({ name, type }) =>
      name && !NEVER.has(name) && !["password", "file", "submit", "button"].includes(type),
  );
}

// [name, value] of each field, of a tick whether it is on.
function typed() {
  return fields().map((field) => [field.name, isTick(field) ? field.checked : field.value]);
}

function fill(draft) {
  const left = [...draft.typed];
  for (const field of fields()) {
    const place = left.findIndex(([name]) => name === field.name);
    if (place < 0) continue;
    const [[, value]] = left.splice(place, 1);
    if (isTick(field)) field.checked = value === true;
    else field.value = value;
    field.tomselect?.sync();
  }
  form.dispatchEvent(new Event("draft", { bubbles: true }));
}

function timeOf(moment) {
  const lang = document.documentElement.lang;
  const day = new Date(moment);
  return day.toDateString() === new Date().toDateString()
    ? day.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false })
    : day.toLocaleString(lang, { dateStyle: "medium", timeStyle: "short", hour12: false });
}

// Whether anything answers at all; what it says does not matter here.
async function isConnected() {
  if (!navigator.onLine) return false;
  try {
    await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(8000) });
    return true;
  } catch {
    return false;
  }
}

if (form) {
  const key = keyOf(form.dataset.draft);
  const opened = JSON.stringify(typed());
  const bar = form.querySelector("[data-draft-bar]");
  const offline = form.querySelector("[data-draft-offline]");
  const draft = read(key);

  let touched = false;
  const save = () => {
    const now = typed();
    if (!touched) return;
    if (JSON.stringify(now) === opened) {
      localStorage.removeItem(key);
      return;
    }
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed: now }));
    } catch {
      // No room, or none allowed: the form still works.
    }
  };
  let waiting;
  const saveSoon = () => {
    touched = true;
    clearTimeout(waiting);
    waiting = setTimeout(save, 300);
  };
  form.addEventListener("input", saveSoon);
  form.addEventListener("change", saveSoon);
  window.addEventListener("pagehide", save);

  if (draft && JSON.stringify(draft.typed) !== opened) {
    fill(draft);
    if (JSON.stringify(typed()) !== opened) {
      bar.querySelector("[data-draft-time]").textContent = timeOf(draft.at);
      bar.hidden = false;
    }
  }
  bar?.querySelector("[data-draft-keep]").addEventListener("click", () => (bar.hidden = true));
  bar?.querySelector("[data-draft-discard]").addEventListener("click", () => {
    window.removeEventListener("pagehide", save);
    clearTimeout(waiting);
    localStorage.removeItem(key);
    location.replace(location.href);
  });

  // Sent only when somebody listens, and once: a lost connection must not take the page away.
  let state = "open";
  form.addEventListener("submit", async (event) => {
    if (state === "sending") return;
    event.preventDefault();
    if (state !== "open") return;
    state = "asking";
    save();
    if (await isConnected()) {
      offline.hidden = true;
      sessionStorage.setItem(SENT, key);
      state = "sending";
      form.requestSubmit(event.submitter);
      state = "sent";
    } else {
      state = "open";
      offline.hidden = false;
      offline.scrollIntoView({ block: "nearest" });
    }
  });
  window.addEventListener("pageshow", () => (state = "open"));
}
