// What the wall's keys do, in the list that every page has.
import {html, nothing} from "../html.js";
import {keyMap} from "../parts/key_map.js";
import {pick} from "../words.js";

const DIGITS = 9;

// The departments that have a digit of their own.
export const keyed = (screen) => (screen?.departments.length > 1 ? screen.departments.slice(0, DIGITS) : []);

export function over(v) {
  if (v.overlay !== "keys") return nothing;
  const departments = keyed(v.screen).map(({name}, n) => [[String(n + 1)], pick(name)]);
  const rows = [...departments, [["Enter"], v.w.enter_again]];
  return html`<dialog id="over" class="over" tabindex="-1" aria-labelledby="over-title" @cancel=${v.act.close} @close=${v.act.close}>${keyMap(rows, v.act)}</dialog>`;
}
