// The client is on the way to sales: who is where.
import {refusal} from "../parts/alarm.js";
import {caller, headline as who} from "../parts/caller.js";
import {known} from "../parts/known.js";
import {state} from "../parts/shapes.js";
import {facts} from "./outcome.js";
import {html, nothing} from "../html.js";
import {due, isoSpan, pick, say, span} from "../words.js";

const SALES = {saving: "wait", ringing: "ring", bridged: "talk", callback: "wait", human: "late"};

export function draw(v) {
  const {screen, t} = v;
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
          <p class="label lead">${say(t.transfer.say)}</p>
          <h1 class="say" id="brief" aria-live="polite">${pick(screen.outcome?.say ?? {}) || say(t.transfer.connecting)}</h1>
          ${legs(v)}
          ${refusal(v)}
          <p class="quiet after">${say(t.transfer.free)}</p>
        </div>
        ${screen.outcome ? facts(v) : nothing}
      </div>
    </section>
    ${known(v)}
  </main>`;
}

function legs(v) {
  const {screen, t, now} = v;
  const {state: at, salesperson, since, until} = screen.transfer ?? {state: "saving", salesperson: "", since: now, until: null};
  const ringing = at === "ringing";
  const spent = now - since;
  const rings = Math.max(1, (until ?? now) - since);
  return html`<ul class="legs" aria-live="polite" aria-label=${t.transfer.who}>
    <li><b>${salesperson || say(t.transfer.team)}</b> <span class="st st-${SALES[at] ?? "wait"}">${say(t.transfer.states[at] ?? "")}</span> ${ringing ? html`<time role="timer" datetime=${isoSpan(spent)}>${span(spent)}</time><progress max=${rings} value=${Math.min(rings, Math.max(0, spent))} aria-label=${t.transfer.progress}></progress>` : html`<span></span>`}</li>
    <li><b>${name(screen.caller, t)}</b> <span class="st st-${at === "bridged" ? "talk" : "wait"}">${say(clientDoes(at, t))}</span> <span></span></li>
  </ul>`;
}

const name = (caller, t) => (caller ? caller.name || who(caller, t) : t.transfer.client);

function clientDoes(at, t) {
  if (at === "bridged") return t.transfer.with_sales;
  return at === "ringing" ? t.transfer.music : t.transfer.waits;
}

// One sentence about the way to sales, for pages where it is no longer the main thing.
export function transferLine({transfer}, t, now) {
  const line = transfer && t.transfer.lines[transfer.state];
  if (!line) return "";
  return line(transfer.salesperson, transfer.until === null ? "" : due(transfer.until, now));
}

export const keys = {
  end: ({act}) => act.hangUp(),
};

