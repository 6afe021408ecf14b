// Decided, or no enquiry, or a client who was passed: the talk goes on.
import {refusal} from "../parts/alarm.js";
import {caller} from "../parts/caller.js";
import {dueTool} from "../parts/due.js";
import {known} from "../parts/known.js";
import {noteField} from "../parts/note.js";
import {state, tool} from "../parts/shapes.js";
import {facts, offered} from "./outcome.js";
import {againKeys, passAgain} from "./transferring.js";
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";

export function draw(v) {
  const {screen, t} = v;
  const {outcome} = screen;
  const kind = sort(screen);
  return html`<main id="main" ?data-listens=${v.listens}>
    ${caller(v)}
    <section class="strip ask" aria-labelledby="what">
      <div class="rail-note">
        ${outcome ? html`<p class="label">${say(t.outcome.title)}</p>${outcome.owner === "client" ? state("keep", t.outcome.stays) : state("sales", t.outcome.sales)}` : nothing}
        ${screen.unsaved ? html`<p class="label" role="status">${say(t.unsaved)}</p>` : nothing}
      </div>
      <div class="thirds">
        <div class="two">
          ${lead(kind, t)}
          <h1 class="say" id="what" aria-live="polite">${headline(kind, v)}</h1>
          ${hint(kind, v)}
          <div class="keys actions">${passAgain(v)} ${dueTool(v)} ${tool("End", t.talking.hang_up, v.act.hangUp)} ${tool("K", t.to_company, () => v.act.open("company"))}</div>
          ${refusal(v)}
          <div class="below">${noteField(v, t.note_label)}</div>
        </div>
        ${outcome ? facts(v) : nothing}
      </div>
    </section>
    ${known({...v, noteOpen: true})}
  </main>`;
}

function sort({outcome, transfer}) {
  if (!outcome) return "no_enquiry";
  if (outcome.owner === "client") return "kept";
  return transfer && (transfer.state === "callback" || transfer.state === "human") ? "promised" : "sales";
}

const lead = (kind, t) => (kind === "kept" || kind === "promised" ? html`<p class="label lead">${say(kind === "kept" ? t.outcome.offer : t.outcome.say)}</p>` : nothing);

function headline(kind, {screen, t}) {
  const {outcome} = screen;
  if (kind === "no_enquiry") return say(t.talking.no_enquiry);
  if (kind === "sales") return say(t.talking.sales);
  if (kind === "promised") return pick(outcome.say) && outcome.how === "callback" ? pick(outcome.say) : say(t.talking.promised);
  return offered(outcome) || say(t.talking.kept);
}

function hint(kind, {t, transferLine}) {
  if (kind === "no_enquiry") return html`<p class="hint">${say(t.talking.no_enquiry_hint)}</p>`;
  if (kind === "sales") return html`<p class="hint">${say(t.talking.sales_hint)}</p>`;
  if (kind === "promised") return html`<p class="hint" role="status">${say(transferLine)}</p>`;
  return nothing;
}

export const keys = {
  ...againKeys,
  note: ({act}) => act.openNote(),
  end: ({act}) => act.hangUp(),
};
