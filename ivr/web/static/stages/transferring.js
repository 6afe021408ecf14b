// The client is on the way to sales: who is where, and what the agent may do about it.
import {refusal} from "../parts/alarm.js";
import {caller, headline as who} from "../parts/caller.js";
import {known} from "../parts/known.js";
import {mainKey, state, tool} from "../parts/shapes.js";
import {facts} from "./outcome.js";
import {html, nothing} from "../html.js";
import {due, isoSpan, pick, say, span} from "../words.js";

const SALES = {saving: "wait", ringing: "ring", consulting: "talk", bridged: "talk", callback: "wait", human: "late"};
const NOTHING_YET = {state: "saving", salesperson: "", until: null, warm: false, take_back: false, let_talk: false};

export function draw(v) {
  const {screen, t} = v;
  const warm = screen.transfer?.warm ?? false;
  return html`<main id="main" ?data-listens=${v.listens}>
    ${caller(v)}
    <section class="strip ask" aria-labelledby="brief">
      <div class="rail-note">
        <p class="label">${say(t.outcome.title)}</p>
        ${state("sales", t.outcome.sales)}
        ${screen.unsaved ? html`<p class="label after" role="status">${say(t.unsaved)}</p>` : nothing}
      </div>
      <div class="thirds">
        <div class="two">
          <p class="label lead">${say(warm ? (t.transfer.say_sales[screen.transfer.state] ?? t.transfer.say_sales.ringing)(screen.transfer.salesperson) : t.transfer.say)}</p>
          <h1 class="say" id="brief" aria-live="polite">${warm ? brief(v) : pick(screen.outcome?.say ?? {}) || say(t.transfer.connecting)}</h1>
          ${legs(v)}
          ${warm ? ways(v) : nothing}
          ${refusal(v)}
          ${warm ? nothing : html`<p class="quiet after">${say(t.transfer.free)}</p>`}
        </div>
        ${screen.outcome ? facts(v) : nothing}
      </div>
    </section>
    ${known(v)}
  </main>`;
}

// What sales must hear in one breath: who it is, and what the last two answers were.
function brief({screen, t}) {
  const {company} = screen.caller ?? {};
  const client = [company, name(screen.caller, t)].filter((part, n, all) => part && all.indexOf(part) === n).join(", ");
  const said = screen.known.slice(-2).map(({value}) => pick(value)).filter(Boolean).join(", ");
  return said ? `${client}: ${said}.` : `${client}.`;
}

function ways({screen, t, act}) {
  const {take_back: back, let_talk: talk} = screen.transfer;
  return html`<div class="keys actions">
    ${mainKey(t.transfer.take_back, () => back && act.takeBack(), {cap: "Esc", calm: true, off: !back})}
    ${mainKey(t.transfer.let_talk, () => talk && act.letTalk(), {off: !talk, why: talk ? "" : t.transfer.not_yet})}
  </div>`;
}

function legs(v) {
  const {screen, t, now} = v;
  const transfer = {...NOTHING_YET, since: now, ...screen.transfer};
  const at = transfer.state;
  const spent = now - transfer.since;
  const rings = Math.max(1, (transfer.until ?? now) - transfer.since);
  const clock = at === "ringing" || at === "consulting" ? html`<time role="timer" datetime=${isoSpan(spent)}>${span(spent)}</time>` : html`<span></span>`;
  const bar = at === "ringing" ? html`<progress max=${rings} value=${Math.min(rings, Math.max(0, spent))} aria-label=${t.transfer.progress}></progress>` : nothing;
  return html`<ul class="legs" aria-live="polite" aria-label=${t.transfer.who}>
    <li><b>${transfer.salesperson || say(t.transfer.team)}</b> <span class="st st-${SALES[at] ?? "wait"}">${say(t.transfer.states[at] ?? "")}</span> ${clock}${bar}</li>
    <li><b>${name(screen.caller, t)}</b> <span class="st st-${at === "bridged" ? "talk" : "wait"}">${say(clientDoes(transfer, t))}</span> <span></span></li>
    ${transfer.warm ? html`<li><b>${say(t.transfer.you)}</b> <span class="st st-talk">${say(at === "consulting" ? t.transfer.you_talk : t.transfer.you_hear)}</span> <span></span></li>` : nothing}
  </ul>`;
}

const name = (caller, t) => (caller ? caller.name || who(caller, t) : t.transfer.client);

function clientDoes({state: at, warm}, t) {
  if (at === "bridged") return t.transfer.with_sales;
  return at === "ringing" || warm ? t.transfer.music : t.transfer.waits;
}

// One sentence about the way to sales, for pages where it is no longer the main thing.
export function transferLine({transfer}, t, now) {
  const line = transfer && t.transfer.lines[transfer.state];
  if (!line) return "";
  return line(transfer.salesperson, transfer.until === null ? "" : due(transfer.until, now));
}

// The keys by which a caller who has come back is passed once more.
export function passAgain({screen, t, act}) {
  const [usual, other] = screen.transfer?.kinds ?? [];
  if (!usual) return nothing;
  return html`${mainKey(t.outcome.kinds[usual], () => act.passAgain(usual))} ${other ? tool("W", t.outcome.other_kinds[other], () => act.passAgain(other)) : nothing}`;
}

export const againKeys = {
  enter: ({screen, act}) => screen.transfer?.kinds[0] && act.passAgain(screen.transfer.kinds[0]),
  other_kind: ({screen, act}) => screen.transfer?.kinds[1] && act.passAgain(screen.transfer.kinds[1]),
};

export const keys = {
  enter: ({screen, act}) => screen.transfer?.let_talk && act.letTalk(),
  escape: ({screen, act}) => screen.transfer?.take_back && act.takeBack(),
  end: ({act}) => act.hangUp(),
};
