// The wall hangs where nobody scrolls: it is drawn as large as its screen holds it whole.
const NARROW = "(max-width: 47.99rem)"; // held in a hand, where one scrolls

const from = (first, last, columns) => Array.from({length: Math.round((first - last) * 20) + 1}, (_, n) => [first - n / 20, columns]);

// How large, and in how many columns the people stand; the first that fits is taken.
const SIZES = [...from(1, 0.6, 1), ...from(0.8, 0.4, 2), ...from(0.5, 0.2, 3)];

let fitted = ""; // what was on the wall when its size was last looked for

export function fit() {
  const root = document.documentElement;
  // A clock that ticks changes no size, so digits do not count.
  const now = [innerWidth, innerHeight, devicePixelRatio, document.body.textContent.replace(/\d/g, "0")].join(" ");
  if (now === fitted) return;
  fitted = now;
  const narrow = matchMedia(NARROW).matches;
  for (const [size, columns] of narrow ? [[1, 1]] : SIZES) {
    root.style.setProperty("--fit", size.toFixed(2));
    root.dataset.columns = columns;
    if (root.scrollHeight <= innerHeight) return;
  }
}
