// A row a person: state, since when, what call.
import {html, nothing} from "../html.js";
import {isoSpan, say, span} from "../words.js";

const SHAPES = {signed_out: "off", ready: "ready", paused: "pause", ringing: "ring", asking: "talk", outcome: "talk", talking: "talk", transferring: "sales", wrap_up: "wrap"};

export function crew(v) {
  const {wall, w} = v;
  const head = (words) => html`<th role="columnheader" scope="col">${say(words)}</th>`;
  return html`<section class="crew" aria-labelledby="crew">
    <h2 class="unseen" id="crew">${say(w.crew)}</h2>
    <table role="table" aria-labelledby="crew">
      <thead role="rowgroup"><tr role="row">${head(w.columns.who)}${head(w.columns.state)}${head(w.columns.since)}${head(w.columns.call)}</tr></thead>
      <tbody role="rowgroup">${wall.crew.map((one) => row(one, v))}</tbody>
    </table>
  </section>`;
}

function row(one, {w, now, stale}) {
  const away = one.stage === "signed_out";
  return html`<tr role="row" class=${away ? "away" : ""}>
    <td role="cell">${one.name}</td>
    <td role="cell"><span class="st st-${SHAPES[one.stage]} ${stale ? "stale" : ""}">${say(w.states[one.stage])}</span></td>
    <td role="cell">${away ? nothing : html`<time datetime=${isoSpan(now - one.since)}>${span(now - one.since)}</time>`}</td>
    <td role="cell">${say(call(one, w))}</td>
  </tr>`;
}

function call(one, w) {
  if (one.stage === "paused") return w.reasons[one.reason] ?? one.reason;
  if (one.stage === "signed_out") return "";
  if (one.stage === "ready") return one.desk ? "" : w.no_desk;
  const who = one.caller || (one.withheld ? w.withheld : w.unknown);
  const more = [one.key_account ? w.key_account : one.known || one.withheld ? "" : w.new_number, ...about(one, w), one.desk ? "" : w.no_desk];
  return [who, ...more].filter(Boolean).join(", ");
}

function about(one, w) {
  if (one.stage === "asking") return [one.step ? w.question(one.step) : ""];
  if (one.stage === "transferring") return [one.salesperson ? w.rings(one.salesperson) : ""];
  return [one.owner ? w.owners[one.owner] : ""];
}
