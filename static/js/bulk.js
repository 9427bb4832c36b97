// Rows that are ticked: how many, all of a page or all that match, and that they stay ticked while
// the list is drawn anew.

const boxes = () => [...document.querySelectorAll("input.row-tick")];
const all = () => document.getElementById("bulk-all");

function tell() {
  const told = document.getElementById("bulk-told");
  if (!told) return;
  const rows = boxes();
  const ticked = rows.filter((box) => box.checked).length;
  const page = document.querySelector("[data-tick-page]");
  if (page) {
    page.checked = ticked > 0 && ticked === rows.length;
    page.indeterminate = ticked > 0 && !page.checked;
  }
  const number = all().checked ? all().dataset.rows : ticked;
  const words = told.dataset.words.replace("%s", number);
  if (told.textContent !== words) told.textContent = words;
}

function tick(rows, isTicked) {
  for (const box of rows) box.checked = isTicked;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-tick-page]")) {
    tick(boxes(), target.checked);
    all().checked = false;
  } else if (target === all()) {
    tick(boxes(), target.checked);
  } else if (target.matches("input.row-tick")) {
    all().checked = false;
  } else return;
  tell();
});

// Shift and a click tick all rows from the last one on.
let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("input.row-tick")) return;
  const rows = boxes();
  const from = rows.indexOf(last);
  const to = rows.indexOf(box);
  if (event.shiftKey && from >= 0) {
    tick(rows.slice(Math.min(from, to), Math.max(from, to) + 1), box.checked);
  }
  last = box;
});

// New rows come unticked. Those that show again stay ticked; what shows no more is not acted on.
let kept = new Set();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id !== "list") return;
  kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "list") return;
  for (const box of boxes()) box.checked = kept.has(box.value);
  if (all()) all().checked = false;
  tell();
});

// A page that the browser brings back after an act still has its ticks.
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  tick(boxes(), false);
  if (all()) all().checked = false;
  tell();
});

tell();
