// Runs before the first paint: marks that scripts run, and follows the system's theme until one is chosen.
// Where the server could not know the choice (an error page), its cookie says it.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const kept = document.cookie.match(/(?:^|;\s*)theme=(light|dark)/);
  if (!root.dataset.bsTheme && kept) root.dataset.bsTheme = kept[1];
  if (root.dataset.bsTheme) return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();
