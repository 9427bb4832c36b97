// The keyboard in a list: j and k lead from row to row, o opens one, x ticks it, e edits it. The
// focus goes along, so that a screen reader says where it is and Enter opens what it says.

const KEPT = "cursor";
const here = () => location.pathname + location.search;
const rows = () => [...document.querySelectorAll("#list tbody tr[id]")];
const linkOf = (row) => row?.querySelector("a[href]");
const isOn = () => document.documentElement.dataset.keys !== "off";
const isTyped = (target) =>
  target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

// The row in hand, by its id: a swap may draw it anew.
let at = null;

function mark(id) {
  for (const row of document.querySelectorAll("#list tr.cursor")) row.classList.remove("cursor");
  const row = id && document.getElementById(id);
  at = row ? id : null;
  row?.classList.add("cursor");
  // Found again when the person comes back to this address.
  if (row) sessionStorage.setItem(KEPT, JSON.stringify([here(), id]));
}

function step(by) {
  const all = rows();
  const place = all.findIndex((row) => row.id === at);
  const row = all[place < 0 ? 0 : Math.min(Math.max(place + by, 0), all.length - 1)];
  if (!row) return;
  mark(row.id);
  linkOf(row)?.focus();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  o: (row) => linkOf(row)?.click(),
  x: (row) => row.querySelector('input[name="row"]')?.click(),
  e: (row) => {
    if (row.dataset.edit) location.assign(`${row.dataset.edit}?next=${encodeURIComponent(here())}`);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!isOn() || isTyped(event.target) || document.querySelector("dialog[open]")) return;
  // Enter is the control's own where one has the focus.
  const key = event.key === "Enter" && event.target === document.body ? "o" : event.key;
  if (!Object.hasOwn(acts, key)) return;
  const row = document.getElementById(at ?? "");
  // Only what leads from row to row begins without one.
  if (!row && acts[key].length) return;
  event.preventDefault();
  acts[key](row);
});

// From the search the way down leads to the rows.
document.getElementById("filter-q")?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !rows().length) return;
  event.preventDefault();
  at = null;
  step(1);
});

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("#list tbody tr[id]");
  if (row && isOn()) mark(row.id);
});

// Where the focus was, when a swap takes it away: in a row, or in what a filter is taken off with.
let held = null;

document.addEventListener("htmx:beforeSwap", () => {
  const focus = document.activeElement;
  if (focus?.closest("#list tbody tr")) held = "row";
  else held = focus?.closest("#list-tools") ? "tools" : null;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "list") return;
  if (at) mark(document.getElementById(at) ? at : rows()[0]?.id);
  if (document.activeElement !== document.body) return;
  if (held === "row") linkOf(document.getElementById(at ?? ""))?.focus({ preventScroll: true });
  else if (held === "tools") document.getElementById("filter-q")?.focus();
});

const [address, id] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
if (address === here() && isOn()) mark(id);
