// What lies above the page: another owner, another time, a promise closed with its reason, the keys.
import {keyMap} from "../parts/key_map.js";
import {answers, clicked, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {say} from "../words.js";
import {field} from "../parts/fields.js";
import {meetingsOf} from "./lists.js";
import {moment} from "./times.js";

export function over(v) {
  const draw = {keys, owner, closing, due, meeting, cancelling}[v.overlay];
  if (!draw) return nothing;
  return html`<dialog id="over" class="over" tabindex="-1" aria-labelledby="over-title" @cancel=${v.act.close} @close=${v.act.close}>${draw(v)}</dialog>`;
}

const leave = (v) => tool("Esc", v.s.over.leave, v.act.close);

const save = (words) => html`<button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(words)}</button>`;

const form = (v, title, lead, inside, main) => html`<form @submit=${v.act.submit} novalidate>
  <h2 id="over-title">${say(title)}</h2>
  ${lead ? html`<p class="quiet lead">${lead}</p>` : nothing}
  ${inside}
  <div class="keys">${save(main)} ${leave(v)}</div>
</form>`;

const typed = (v, name, first = false) => {
  const {live, company_zone} = v.screen.sales;
  const zone = (v.overlay === "meeting" ? "" : live?.zone) || company_zone;
  return field({...v, zone}, name, v.form, v.act.fill, {first});
};

const who = ({screen}) => screen.sales.live.company || screen.sales.live.client || screen.sales.live.number;

const DIGITS = 9;

// Whom a client may be given to: a person of sales, whoever is free, or the client department.
export const ownersOf = ({sales}, s) => [["", s.over.team], ["client", s.over.client_department], ...sales.people];

function owner(v) {
  const {s, form: said, screen} = v;
  const owners = ownersOf(screen, s);
  const list = owners.slice(0, DIGITS).map(([id, name], n) => ({id, key: n + 1, words: name}));
  const rest = owners.slice(DIGITS);
  return form(
    v,
    s.over.owner,
    who(v),
    html`${answers(list, {by: "over-title"}, {pressed: ({id}) => said.owner === id, act: ({id}) => v.act.fill({owner: id})})}
      ${rest.length ? html`<p class="keys others">${rest.map(([id, name]) => html`<button class="tool" type="button" aria-pressed=${String(said.owner === id)} @click=${clicked(() => v.act.fill({owner: id}))}>${name}</button>`)}</p>` : nothing}
      ${typed(v, "reason")}`,
    s.over.give,
  );
}

const closing = (v) => form(v, v.s.over.closing, who(v), typed(v, "reason", true), v.s.over.close);

const due = (v) => form(v, v.s.over.due, who(v), html`<div class="steps-next">${typed(v, "day", true)}${typed(v, "hour")}</div>`, v.s.over.move);

function meeting(v) {
  const {s, screen} = v;
  const all = meetingsOf(screen);
  const zone = screen.sales.company_zone;
  const list = all.slice(0, DIGITS).map((one, n) => ({id: one.id, key: n + 1, words: [moment(one.starts_at, zone), one.place, one.with_whom].filter(Boolean).join(", ")}));
  const inside = html`${list.length > 1 ? answers(list, {by: "over-title"}, {pressed: ({id}) => id === v.form.meeting, act: ({key}) => v.act.pickMeeting(key)}) : html`<p class="quiet lead">${list[0]?.words}</p>`}
  <div class="steps-next">
    ${typed(v, "day", true)}${typed(v, "hour")}${typed(v, "minutes")}${typed(v, "place")}${typed(v, "with_whom")}
  </div>
  <p class="after"><button class="tool" type="button" @click=${clicked(v.act.openCancelling)}>${say(s.over.cancel_meeting)}</button></p>`;
  return form(v, s.over.meeting, "", inside, s.over.move);
}

const cancelling = (v) => form(v, v.s.over.cancelling, meetingsOf(v.screen).find(({id}) => id === v.form.meeting)?.with_whom ?? "", typed(v, "reason", true), v.s.over.cancel);

function keys({act, s, screen, single}) {
  const rows = s.help.filter(([, , chief]) => !chief || screen?.sales?.supervisor);
  return keyMap(rows, {redraw: act.redraw, close: act.close, alone: {on: single, turn: act.keysAlone}});
}
