// Light, dark, or as the system says; kept in this browser.
const KEPT = "linetree-theme";
const ALL = ["system", "light", "dark"];

export function theme() {
  const kept = localStorage.getItem(KEPT);
  return ALL.includes(kept) ? kept : "system";
}

function apply() {
  const now = theme();
  if (now === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = now;
}

export function turnTheme() {
  localStorage.setItem(KEPT, ALL[(ALL.indexOf(theme()) + 1) % ALL.length]);
  apply();
}

apply();
window.addEventListener("storage", apply);
