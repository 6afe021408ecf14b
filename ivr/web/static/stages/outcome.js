// The outcome: what to offer, whose client it is now and why, and one main key.
import {refusal} from "../parts/alarm.js";
import {caller} from "../parts/caller.js";
import {asked, dueTool} from "../parts/due.js";
import {known} from "../parts/known.js";
import {noteBelow} from "../parts/note.js";
import {answers, fact, mainKey, state, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {due, pick, say} from "../words.js";

export function draw(v) {
  const {outcome} = v.screen;
  const stays = outcome.owner === "client";
  return html`<main id="main" ?data-listens=${v.listens}>
    ${caller(v)}
    <section class="strip ask" aria-labelledby="offer">
      <div class="rail-note">
        <p class="label">${say(v.t.outcome.title)}</p>
        ${stays ? state("keep", v.t.outcome.stays) : state("sales", v.t.outcome.sales)}
      </div>
      <div class="thirds">
        <div class="two">
          <p class="label lead">${say(stays ? v.t.outcome.offer : v.t.outcome.say)}</p>
          <h1 class="say" id="offer" aria-live="polite">${headline(v)}</h1>
          ${offers(v)}
          <div class="keys actions">${main(v)} ${otherKind(v)} ${dueTool(v)} ${tool("O", v.t.outcome.otherwise, () => v.act.open("otherwise"))}</div>
          ${refusal(v)}
          ${tools(v)}
          ${v.noteOpen ? html`<div class="note-room">${noteBelow(v)}</div>` : nothing}
        </div>
        ${facts(v)}
      </div>
    </section>
    ${known(v)}
  </main>`;
}

// What is offered in one line; it does not end inside "Mbit/s".
export const offered = ({offers}) => offers.map(({title}) => pick(title).replaceAll("/", "/\u2060")).join(", ");

export function headline({screen, t}) {
  const {outcome} = screen;
  if (pick(outcome.say) && how(outcome) === outcome.how) return pick(outcome.say);
  if (outcome.owner === "client") return offered(outcome) || say(t.outcome.stays);
  return say(how(outcome) === "callback" ? t.talking.promised : t.transfer.connecting);
}

// What the main key will do: nobody is put through while that is not possible.
const how = ({how: decided, transfer_refused, callback_asked}) => (decided === "transfer" && (transfer_refused || callback_asked) ? "callback" : decided);

function offers(v) {
  const {outcome} = v.screen;
  const list = outcome.offers.map((offer) => ({...offer, words: pick(offer.title), detail: pick(offer.detail)}));
  if (outcome.opens_tree) return answers([{key: 1, words: say(v.t.outcome.open_tree), detail: say(v.t.outcome.open_tree_hint)}], {text: v.t.outcome.open_tree}, {act: v.act.openTree});
  if (outcome.owner !== "client" || !list.length) return nothing;
  return answers(list, {text: v.t.outcome.choice}, {pressed: ({id}) => id === v.offer?.id, act: ({id}) => v.act.choose(id)});
}

function main(v) {
  const {screen, t, act} = v;
  const {outcome} = screen;
  if (outcome.owner === "client") return mainKey(t.outcome.keep(pick(v.offer?.title ?? {})), () => act.confirm());
  if (how(outcome) === "transfer") return mainKey(t.outcome.kinds[outcome.kinds[0]] ?? t.outcome.transfer, () => act.confirm());
  const refused = outcome.how === "transfer" && !outcome.callback_asked && (t.outcome.refused[outcome.transfer_refused] ?? t.outcome.refused.other);
  return mainKey(t.outcome.callback, () => act.confirm(), {why: refused});
}

// The other way of putting through: at once, or after a word with sales.
function otherKind({screen: {outcome}, t, act}) {
  const kind = how(outcome) === "transfer" ? outcome.kinds[1] : undefined;
  return kind ? tool("W", t.outcome.other_kinds[kind], () => act.confirm(kind)) : nothing;
}

const tools = (v) => html`<div class="keys below">
  ${v.screen.known.length ? tool("Backspace", v.t.back, v.act.back) : nothing}
  ${v.noteOpen ? nothing : tool("/", v.t.to_note, v.act.openNote)}
  ${tool("K", v.t.to_company, () => v.act.open("company"))}
  ${tool("X", v.t.not_enquiry, () => v.act.open("other_call"))}
</div>`;

export function facts(v) {
  const {screen, t, now} = v;
  const {outcome} = screen;
  const o = t.outcome;
  const sales = outcome.owner === "sales";
  const owner = screen.caller?.owner_department === "sales" ? screen.caller.owner : outcome.salesperson;
  const rings = how(outcome) === "transfer";
  const at = outcome.callback_due ?? screen.transfer?.until ?? null;
  const reason = pick(outcome.why) || say(o.whys[outcome.why_kind] ?? "");
  return html`<dl class="stack facts">
    ${sales ? fact(o.what, offered(outcome)) : nothing}
    ${fact(o.whose, say(sales ? o.theirs(owner) : o.ours))}
    ${fact(o.why, reason)}
    ${outcome.aim === "meeting" ? fact(o.aim, say(o.meeting)) : nothing}
    ${rings && outcome.salesperson ? fact(o.rings, outcome.salesperson) : nothing}
    ${rings && screen.transfer?.state !== "bridged" ? fact(o.then, say(screen.stage === "outcome" ? o.then_callback : screen.unsaved ? o.then_saving : o.then_saved)) : nothing}
    ${screen.transfer?.warm ? fact(o.if_hung_up, say(o.goes_on)) : nothing}
    ${sales && !rings ? fact(o.due, asked(outcome, t, now) || say(at === null ? o.soon : o.until(due(at, now)))) : nothing}
  </dl>`;
}

export const keys = {
  enter: ({act}) => act.confirm(),
  other_kind: ({screen, act}) => how(screen.outcome) === "transfer" && screen.outcome.kinds[1] && act.confirm(screen.outcome.kinds[1]),
  digit: ({screen, act}, n) => {
    if (screen.outcome.opens_tree) return n === 1 && act.openTree();
    const offer = screen.outcome.offers.find(({key}) => key === n);
    return offer && screen.outcome.owner === "client" && act.choose(offer.id);
  },
  back: ({screen, act}) => screen.known.length && act.back(),
  note: ({act}) => act.openNote(),
  company: ({act}) => act.open("company"),
  other: ({act}) => act.open("other_call"),
  otherwise: ({act}) => act.open("otherwise"),
};
