// What came of it: one key, the next step beside it, and Enter writes it down.
import {answers} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {say} from "../words.js";
import {field} from "../parts/fields.js";
import {hour} from "./times.js";

// Key N is the Nth: the places never move.
export const RESULTS = ["meeting", "again", "won", "lost", "nothing", "refused", "voicemail"];
const FIELDS = {
  meeting: ["day", "hour", "minutes", "place", "with_whom", "note"],
  again: ["day", "hour", "note"],
  won: ["next_step", "note"],
  lost: ["note"],
  nothing: ["next_step", "note"],
  refused: ["note"],
  voicemail: ["note"],
};

export const timed = (result) => result === "meeting" || result === "again";

export function resultForm(v, live, more) {
  const {s, result, act} = v;
  const list = RESULTS.map((id, n) => ({id, key: n + 1, words: say(s.result_keys[id])}));
  return html`<form class="outcome" @submit=${act.record} novalidate>
    <p class="label" id="how">${say(s.how)}</p>
    ${answers(list, {by: "how"}, {pressed: ({id}) => id === result.result, act: ({key}) => act.choose(key)})}
    ${result.result ? fields(v, live) : nothing}
    <div class="keys write">
      <button class="main-key" id="write" type="submit" aria-keyshortcuts="Enter" aria-disabled=${result.result ? nothing : "true"} aria-describedby=${result.result ? nothing : "why-not"}><kbd>Enter</kbd> ${say(s.write)}</button>
      ${result.result ? nothing : html`<p class="label" id="why-not">${say(s.choose_first)}</p>`}
      ${more}
    </div>
  </form>`;
}

function fields(v, live) {
  const {s, result, now, act, screen} = v;
  const theirs = live.zone && live.zone !== screen.sales.company_zone && timed(result.result);
  const zoned = {...v, zone: live.zone || screen.sales.company_zone};
  return html`<div class="steps-next">
    ${FIELDS[result.result].map((name) => field(zoned, name, result, act.say, {cap: name === "note" ? "/" : ""}))}
    ${theirs ? html`<p class="label wide">${say(s.in_their_zone(hour(now, live.zone)))}</p>` : nothing}
  </div>`;
}
