// The question: one key an answer.
import {refusal} from "../parts/alarm.js";
import {caller} from "../parts/caller.js";
import {known} from "../parts/known.js";
import {noteBelow} from "../parts/note.js";
import {answers, mainKey, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {exactTime, pick, say} from "../words.js";

export function draw(v) {
  const {question} = v.screen;
  return html`<main id="main" ?data-listens=${v.listens}>
    ${caller(v)}
    <section class="strip ask" aria-labelledby="question">
      ${rail(v)}
      <div>
        <div aria-live="polite" aria-atomic="true">
          <h1 class="say" id="question">${pick(question.ask)}</h1>
          ${pick(question.hint) ? html`<p class="hint">${pick(question.hint)}</p>` : nothing}
        </div>
        ${BODIES[question.kind](v)}
        ${refusal(v)}
        ${v.stale ? nothing : tools(v)}
        ${noteBelow(v)}
      </div>
    </section>
    ${known(v)}
  </main>`;
}

function rail({screen, t}) {
  const {step, least, most, tree, version} = screen.question;
  const count = Math.max(most, step);
  return html`<div class="rail-note">
    <p class="label">${say(t.step(step, Math.max(least, step), count))}</p>
    ${steps(step, count, t)}
    <p class="label">${say(t.tree_version(pick(tree), version))}</p>
  </div>`;
}

export function steps(step, count, t) {
  const item = (n) => {
    if (n < step) return html`<li><span></span><span class="unseen">${t.step_done(n)}</span></li>`;
    if (n === step) return html`<li aria-current="step"><span></span><span class="unseen">${t.step_here(n)}</span></li>`;
    return html`<li class="ahead"><span></span><span class="unseen">${t.step_ahead}</span></li>`;
  };
  return html`<ol class="steps" aria-label=${t.steps}>${Array.from({length: count}, (_, n) => item(n + 1))}</ol>`;
}

// The answers alone, for who tries a tree out.
export const body = (v) => BODIES[v.screen.question.kind](v);

const BODIES = {
  choice: (v) => choices(v),
  number: (v) => html`${choices(v)}${typed(v, v.t.exact, pick(v.screen.question.unit), "numeric")}`,
  several: (v) => html`${marks(v)}<div class="keys actions">${mainKey(v.t.next, v.act.sendMarks, {off: !v.marks.size})}</div>`,
  text: (v) => typed(v, v.t.write_answer, "", "text"),
};

const keyed = (question) => question.answers.map((answer) => ({...answer, words: pick(answer.say)}));

function waiting(v) {
  const press = v.unsentAnswer;
  if (!press) return null;
  return {given: press.fields.given, words: press.late ? say(v.t.unsent(exactTime(press.at))) : ""};
}

function choices(v) {
  const unsent = waiting(v);
  const list = keyed(v.screen.question);
  if (!list.length) return nothing;
  return answers(list, {by: "question"}, {
    pressed: ({id}) => (unsent ? unsent.given === id : undefined),
    unsent: ({id}) => (unsent?.given === id ? unsent.words : ""),
    act: ({id}) => v.act.answer(id),
  });
}

function marks(v) {
  const unsent = waiting(v);
  const given = unsent ? new Set(unsent.given.split(",")) : v.marks;
  return html`<p class="label lead marks">${say(v.t.several)}</p>${answers(keyed(v.screen.question), {by: "question"}, {
    pressed: ({id}) => given.has(id),
    unsent: ({id}) => (unsent && given.has(id) ? unsent.words : ""),
    act: ({id}) => v.act.mark(id),
  })}`;
}

function typed(v, label, unit, mode) {
  const unsent = waiting(v);
  const own = unsent && !v.screen.question.answers.some(({id}) => id === unsent.given);
  const submit = (event) => {
    event.preventDefault();
    v.act.typed(event.target.elements.exact);
  };
  return html`<form class="number ${mode === "text" ? "wide" : ""}" @submit=${submit} novalidate>
    <label for="exact"><kbd>0</kbd> ${say(label)}</label>
    <input id="exact" name="exact" inputmode=${mode} maxlength="300" autocomplete="off" aria-keyshortcuts="0" aria-describedby="unit">
    <span id="unit">${own ? html`<span class="stale">${unsent.words}</span>` : unit}</span>
  </form>`;
}

const tools = (v) => html`<div class="keys below">
  ${v.screen.question.can_go_back ? tool("Backspace", v.t.back, v.act.back) : nothing}
  ${tool("N", v.t.none_fits, () => v.act.open("skip"))}
  ${v.noteOpen ? nothing : tool("/", v.t.to_note, v.act.openNote)}
  ${tool("K", v.t.to_company, () => v.act.open("company"))}
  ${tool("X", v.t.not_enquiry, () => v.act.open("other_call"))}
</div>`;

export const keys = {
  enter: ({screen, act}) => screen.question.kind === "several" && act.sendMarks(),
  digit: ({screen, act}, n) => {
    const answer = screen.question.answers.find(({key}) => key === n);
    if (!answer) return;
    if (screen.question.kind === "several") act.mark(answer.id);
    else act.answer(answer.id);
  },
  zero: ({act}) => act.focus("exact"),
  back: ({screen, act}) => screen.question.can_go_back && act.back(),
  none: ({act}) => act.open("skip"),
  note: ({act}) => act.openNote(),
  company: ({act}) => act.open("company"),
  other: ({act}) => act.open("other_call"),
};
