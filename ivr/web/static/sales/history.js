// Everything that happened with this client: attempts, enquiries that joined, earlier dealings.
import {state} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {pick, say, span} from "../words.js";
import {day, moment} from "./times.js";

const LATELY = 2;

const titles = (offers) => offers.map(({title}) => pick(title)).join(", ");

// The last dealings in one line each, for whoever reads with half an eye.
export function lately({earlier}, zone, s) {
  if (!earlier.length) return say(s.no_history);
  return earlier.slice(0, LATELY).map((one) => html`<span class="row">${say(s.lately(day(one.at, zone), outcome(one, s)))}</span>`);
}

function outcome(one, s) {
  const offers = titles(one.offers);
  const how = one.kind === "promise" ? (s.results[one.result] ?? s.open_still) : (s.dispositions[one.result] ?? "");
  return [offers ? s.offered(offers) : "", how].filter(Boolean).join(", ") || s.a_call;
}

export function past(v, live) {
  const {s} = v;
  const zone = v.screen.sales.company_zone;
  if (!live.attempts.length && !live.joined.length && !live.earlier.length) return nothing;
  return html`<div class="past">
    ${live.attempts.length ? part(s.attempts_title(live.attempts_left), live.attempts.map((one) => attempt(one, zone, s))) : nothing}
    ${live.joined.length ? part(s.joined_title, live.joined.map((one) => joined(one, zone, s))) : nothing}
    ${live.earlier.length ? part(s.earlier_title, live.earlier.map((one) => earlier(one, zone, s))) : nothing}
  </div>`;
}

const part = (title, entries) => html`<section><h2>${say(title)}</h2><ol>${entries}</ol></section>`;

const entry = (at, zone, head, rows) => html`<li><p class="label">${moment(at, zone)}</p><div><p>${head}</p>${rows.filter(Boolean).map((row) => html`<p class="quiet">${row}</p>`)}</div></li>`;

function attempt(one, zone, s) {
  const result = state(one.result === "answered" ? "talk" : one.result === "" ? "ring" : "wait", s.attempt_results[one.result] ?? one.result);
  return html`<li><p class="label">${moment(one.at, zone)}</p><div>${result}<p class="quiet">${[one.person, one.by_hand ? say(s.by_hand) : "", one.talked ? say(s.talked_for(span(one.talked))) : ""].filter(Boolean).join(", ")}</p></div></li>`;
}

function joined(one, zone, s) {
  const head = [one.client, one.number].filter(Boolean).join(", ") || say(s.unknown);
  return entry(one.at, zone, head, [answers(one), offered(one, s), noted(one, s)]);
}

function earlier(one, zone, s) {
  const people = one.kind === "promise" ? s.between(one.agent, one.salesperson) : s.with_agent(one.agent);
  const head = say(one.kind === "promise" ? (s.results[one.result] ?? s.open_still) : (s.dispositions[one.result] ?? s.a_call));
  return entry(one.at, zone, head, [say(people), answers(one), offered(one, s), one.note, one.next_step ? say(s.then(one.next_step)) : ""]);
}

const answers = ({known}) => (known.length ? known.map(({label, value}) => `${pick(label)}: ${pick(value)}`).join("; ") : "");
const offered = ({offers}, s) => (offers.length ? say(s.offered(titles(offers))) : "");
const noted = ({note, agent}, s) => (note ? `${agent ? say(s.note_of(agent)) : say(s.note)}: ${note}` : "");
