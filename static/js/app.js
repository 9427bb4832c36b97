// What a script does better. Every page can be read and used without it.

// `/` goes to the list's own search, else to the one in the bar.
const typing = (target) =>
  target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null, true);
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) return;
  const boxes = [...document.querySelectorAll("input[type=search]")];
  const box = boxes.find((one) => one.matches("#filter-q")) ?? boxes.find((one) => one.offsetParent);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// Single keys act on the control that names them; the person menu switches them off.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.documentElement.dataset.keys === "off" || typing(event.target)) return;
  if (event.key === "?") {
    document.getElementById("keys")?.showModal();
    return;
  }
  if (event.key.length !== 1 || document.querySelector("dialog[open]")) return;
  const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("textarea")) found.focus();
  else found.click();
});

// What adds a row leads back to the list as it is filtered by now.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[data-next]");
    if (!link) return;
    const address = new URL(link.href);
    address.searchParams.set("next", location.pathname + location.search);
    link.href = address;
  },
  true,
);

// One box ticks all boxes of its name in the form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (!name) return;
  for (const box of event.target.form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) {
    box.checked = event.target.checked;
  }
});

// The queue comes anew with each entry in hand: what is ticked stays ticked until it is sent, and
// the row in hand is in sight.
const queue = document.getElementById("ticked");
if (queue) {
  const boxes = [...queue.querySelectorAll("input[name=entry]")];
  const keep = () =>
    sessionStorage.setItem("ticked", boxes.filter((box) => box.checked).map((box) => box.value));
  const stayed = document.referrer && new URL(document.referrer).pathname === location.pathname;
  const kept = stayed ? (sessionStorage.getItem("ticked") ?? "").split(",") : [];
  for (const box of boxes) if (kept.includes(box.value)) box.checked = true;
  keep();
  queue.addEventListener("change", () => setTimeout(keep));
  queue.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
}

// The browser's viewer of PDF takes the focus once it has loaded, and single keys and the rest of a
// note would be lost in it. It is taken back at once; only Tab or a click leads into the frame.
const papers = document.querySelectorAll(".evidence-paper");
if (papers.length) {
  const content = document.getElementById("content");
  const isPaper = (element) => element?.matches(".evidence-paper");
  let holder = null;
  let tabbed = false;
  let settled = Infinity;
  const takeBack = () => {
    const paper = document.activeElement;
    if (!isPaper(paper) || tabbed) return;
    if (paper.matches(":hover") && performance.now() > settled) return;
    (holder ?? content).focus({ preventScroll: true });
    if (!holder) content.blur();
  };
  document.addEventListener("focusin", ({ target }) => {
    if (isPaper(target) || target === content) return;
    holder = target;
    tabbed = false;
  });
  // A click beside everything lets go of what had the focus.
  document.addEventListener("pointerdown", () => (holder = null), true);
  document.addEventListener("keydown", ({ key }) => (tabbed = key === "Tab"), true);
  for (const paper of papers) {
    paper.addEventListener("load", () => (settled = performance.now() + 2000));
  }
  // Later once more, since the frame may not have the focus yet.
  window.addEventListener("blur", () => [0, 50, 250].forEach((ms) => setTimeout(takeBack, ms)));
  takeBack();
}

// Menus are <details>: one open at a time, closed by a click elsewhere or Escape.
function closeMenus(except, giveFocusBack) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (giveFocusBack && held) menu.querySelector("summary").focus();
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"), false);
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const answered = xhr.responseURL && new URL(xhr.responseURL);
  const asked = new URL(requestConfig.path, window.location.href);
  if (answered && answered.pathname !== asked.pathname) {
    // Sent elsewhere, to the login for one: a whole page does not belong into a part of this one.
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

// A table that scrolls sideways must be reachable with the keyboard; one that fits must not stop it.
// Asked after the layout is made, not before, and again when a fold opens.
const scrolling = new ResizeObserver((entries) => {
  const wraps = entries.map(({ target }) => target);
  const scrolls = wraps.map((wrap) => wrap.scrollWidth > wrap.clientWidth);
  for (const [place, wrap] of wraps.entries()) {
    if (scrolls[place]) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  }
});

function watchScrolling() {
  for (const wrap of document.querySelectorAll(".data-wrap")) scrolling.observe(wrap);
}

watchScrolling();
document.addEventListener("htmx:afterSettle", watchScrolling);

// A failed request leaves the old rows; the page says that they are old.
const connection = () => document.getElementById("connection");

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => connection()?.removeAttribute("hidden"));
}
document.addEventListener("htmx:afterOnLoad", () => connection()?.setAttribute("hidden", ""));
