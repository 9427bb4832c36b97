// The list: what was typed is asked for, and only what changed is drawn anew (idiomorph), so that
// focus, scroll and what was folded stay.

const facets = document.getElementById("facet-list");
const search = document.getElementById("filter-q");
const filters = document.getElementById("filters");
// The tabs are counted once for each page, with the first filters.
let part = "facets";
// The address that the filters were last asked for, and whether another one is on its way.
let asked = "";
let isAsking = false;

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event;
  if (detail.elt === facets) {
    // What is counted is what the address says; the boxes may be behind it.
    asked = window.location.search;
    detail.path = window.location.pathname + asked;
    detail.parameters = { _part: part };
    return;
  }
  // Empty choices would only lengthen the address that is shared.
  const sent = detail.parameters;
  for (const name of Object.keys(sent)) {
    if (sent[name] === "" || sent[name]?.length === 0) delete sent[name];
  }
  // Nothing asked for is all rows, where the bare address leads elsewhere.
  if (detail.elt === filters && filters.dataset.home && !Object.keys(sent).length) {
    detail.path = filters.dataset.home;
  }
});

// What a swap would take away: which filters are folded, and the counts of the tabs.
let folds = [];
let counts = [];

for (const [name, begins] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]]) {
  filters?.addEventListener(name, () => (isAsking = begins));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // Filters of an address that was left meanwhile would take back what was just ticked.
  const isStale = isAsking || asked !== window.location.search;
  if (detail.target === facets && isStale) detail.shouldSwap = false;
  folds = [...document.querySelectorAll("details.facet")].map(({ id, open }) => ({ id, open }));
  counts = [...document.querySelectorAll(".tabs a")].map((tab) => ({
    id: tab.id,
    text: tab.querySelector(".num").textContent,
  }));
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === facets) part = "facets-alone";
  for (const { id, open } of folds) {
    const facet = document.getElementById(id);
    if (facet) facet.open = open;
  }
  for (const { id, text } of counts) {
    const place = document.getElementById(id)?.querySelector(".num");
    if (place && !place.textContent) place.textContent = text;
  }
});

let settled = null;

document.addEventListener("htmx:afterSettle", (event) => {
  // Told for each part of an answer; once is enough.
  if (event.detail.target?.id !== "list" || event.detail.xhr === settled) return;
  settled = event.detail.xhr;
  // A chip may have taken the words away.
  const words = new URLSearchParams(window.location.search).get("q") ?? "";
  if (search && search !== document.activeElement) search.value = words;
  if (facets) htmx.trigger(facets, "list-changed");
});

// A column moves in the menu itself, so that the menu stays open; what it says is then kept.
document.addEventListener("click", (event) => {
  const button = event.target.closest("#columns [data-move]");
  if (!button) return;
  event.preventDefault();
  const line = button.closest("li");
  const other = button.dataset.move === "up" ? line.previousElementSibling : line.nextElementSibling;
  // The first column names the row and stays.
  if (!other?.querySelector("[data-move]")) return;
  if (button.dataset.move === "up") other.before(line);
  else other.after(line);
  button.focus();
  htmx.trigger(button.form, "change");
});
