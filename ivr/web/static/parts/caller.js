// Who calls: the same facts in the same places always.
import {html, nothing} from "../html.js";
import {day, due, exactTime, pick, say, sentence, span} from "../words.js";
import {clock} from "./shapes.js";

export const headline = (caller, t) => caller.company || caller.name || caller.number || (caller.withheld ? t.withheld : t.unknown);

export function kinds(caller, t) {
  const parts = [];
  if (caller.key_account) parts.push(html`<p class="st st-key">${say(t.key_account)}</p>`);
  else if (caller.scale === "large") parts.push(html`<p class="st st-key">${say(t.large)}</p>`);
  if (caller.candidates.length) parts.push(html`<p class="st st-new">${say(t.shared)}</p>`);
  else if (isNew(caller)) parts.push(html`<p class="st st-new">${say(t.new_number)}</p>`, html`<p>${say(t.first_time)}</p>`);
  const owned = owner(caller, t);
  if (owned) parts.push(html`<p>${owned}</p>`);
  return parts;
}

export const isNew = (caller) => !caller.known && !caller.withheld && caller.number !== "" && caller.last_at === null && !caller.company;

export const owner = (caller, t) => (caller.owner_department ? say(t.owned(caller.owner, t.departments[caller.owner_department])) : "");

export const lastWhat = (caller, t) => sentence(say(t.last_what(pick(caller.last_outcome), caller.last_owner)));

// When this client called last, and who talked with them.
export const lastCall = ({last_at, last_agent}) => [day(last_at), last_agent].filter(Boolean).join(", ");

const lastTime = (caller, t) => (caller.last_at === null ? "" : t.last(lastCall(caller), t.last_what(pick(caller.last_outcome), caller.last_owner)));

export const promise = (caller, t, now) => (caller.promise ? say(t.promised(caller.promise_by, caller.promise_due === null ? "" : due(caller.promise_due, now), t.agreed[caller.promise_agreed])) : "");

function line(v) {
  const {screen, t} = v;
  const {caller} = screen;
  const shown = headline(caller, t);
  const number = caller.number || (caller.withheld ? t.withheld : "");
  const who = [caller.name, number, ...caller.candidates.map(([, name]) => name)].filter((text) => text && text !== shown);
  const after = [screen.wrap_up ? "" : lastTime(caller, t), promise(caller, t, v.now), ...more(v)].filter(Boolean);
  const dated = v.stale ? html`<span class="stale">${say(t.as_of(exactTime(v.staleAt)))}</span>` : nothing;
  const stop = who.length && (after.length || v.stale) ? ". " : "";
  return html`<p class="quiet line">${who.map((text, n) => html`${n ? ", " : ""}<span class=${text === number ? "num" : ""}>${text}</span>`)}${stop}${after.map((text) => html`${say(text)} `)}${dated}</p>`;
}

function more({screen, t, transferLine}) {
  const parts = [];
  if (screen.wrap_up) parts.push(t.talked(span(screen.wrap_up.talked)));
  if (screen.wrap_up && transferLine) parts.push(transferLine);
  return parts;
}

export function caller(v) {
  const {screen, t} = v;
  if (!screen.caller) return nothing;
  return html`<section class="strip caller" aria-labelledby="who">
    <p class="label">${say(t.client)}</p>
    <div class="who">
      <div class="name"><h2 id="who">${headline(screen.caller, t)}</h2> ${kinds(screen.caller, t)}${screen.caller_gone && !screen.wrap_up ? html`<p class="st st-off" role="status">${say(t.gone)}</p>` : nothing}</div>
      ${line(v)}
      ${timer(v)}
    </div>
  </section>`;
}

function timer({screen, t, now, stale}) {
  if (screen.wrap_up) return clock(Math.ceil(screen.wrap_up.ends_at - now), t.till_ready);
  if (screen.talk_since === null) return nothing;
  return clock(now - screen.talk_since, stale ? t.talk_page : t.talk);
}
