// A large script that draws below the first words (data-script), and what it draws in (data-draws).
// It is fetched once those words are painted, and run when one of its places comes near the window or
// somebody does anything at all, so that it takes nothing from who only reads the first figures. It
// finds in its data-acted whether somebody did.

const { script, draws } = document.currentScript.dataset;
const element = document.createElement("script");
element.src = script;

const near = new IntersectionObserver(
  (entries) => (entries.some((entry) => entry.isIntersecting) ? run() : fetchEarly()),
  { rootMargin: "400px" },
);
const acts = new AbortController();

function run() {
  near.disconnect();
  document.head.append(element);
}

function fetchEarly() {
  if (document.querySelector("link[rel=prefetch]")) return;
  const early = document.createElement("link");
  document.head.append(Object.assign(early, { rel: "prefetch", as: "script", href: script }));
}

function act() {
  acts.abort();
  element.dataset.acted = "";
  run();
}

for (const name of ["scroll", "pointermove", "pointerdown", "keydown"]) {
  addEventListener(name, act, { passive: true, signal: acts.signal });
}
requestAnimationFrame(() => {
  setTimeout(() => document.querySelectorAll(draws).forEach((place) => near.observe(place)));
});
