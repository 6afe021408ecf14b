// Ringing: who it is, before the answer.
import {refusal} from "../parts/alarm.js";
import {headline, kinds, lastCall, lastWhat, promise} from "../parts/caller.js";
import {clock, fact, state, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {extension, phone, pick, say, span} from "../words.js";

export function draw(v) {
  const {screen, t, now} = v;
  const {caller} = screen;
  if (!caller) return html`<main id="main" ?data-listens=${v.listens} class="ringing"></main>`;
  const left = screen.ring_ends_at === null ? "" : t.ring.passes(span(Math.ceil(screen.ring_ends_at - now)));
  return html`<main id="main" ?data-listens=${v.listens} class="ringing">
    <section class="strip ask" aria-labelledby="who">
      <div class="rail-note">${state("ring", t.ring.calls)}</div>
      <div>
        <div class="who-big">
          <h1 class="say" id="who" aria-live="polite">${headline(caller, t)}</h1>
          ${clock(now - screen.since, left)}
          <div class="names">${kinds(caller, t)}</div>
        </div>
        ${facts(v)}
        <div class="keys actions">
          <p class="lift">${say(t.ring.pick_up(extension(screen.phone)))}</p>
          ${tool("Esc", t.ring.pass, v.act.passRing)}
        </div>
        ${refusal(v)}
      </div>
    </section>
    ${greeting(v)}
  </main>`;
}

function facts({screen, t, now}) {
  const {caller} = screen;
  const who = [caller.company ? caller.name : "", caller.withheld ? t.withheld : phone(caller.number), ...caller.candidates.map(([, name]) => name)].filter(Boolean);
  return html`<dl class="thirds facts">
    ${fact(t.ring.who, who.length ? who.map((text) => html`<span class="row">${text}</span>`) : "")}
    ${caller.last_at === null ? nothing : fact(t.ring.last(lastCall(caller)), lastWhat(caller, t) || "—")}
    ${caller.promise ? fact(t.ring.promise, promise(caller, t, now)) : nothing}
  </dl>`;
}

function greeting({screen, t}) {
  const words = pick(screen.greeting);
  if (!words) return nothing;
  return html`<section class="strip first" aria-labelledby="first">
    <h2 class="label" id="first">${say(t.ring.say)}</h2>
    <div><p class="greet">${words}</p></div>
  </section>`;
}

export const keys = {
  escape: ({act}) => act.passRing(),
};
