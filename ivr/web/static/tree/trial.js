// The tree tried out: the question as an agent sees it, by the code that walks real calls.
import {html, nothing} from "../html.js";
import {plainTool, tool} from "../parts/shapes.js";
import {body, steps} from "../stages/asking.js";
import {pick, say, words} from "../words.js";

export function trial(v) {
  const {t} = v;
  return html`<section class="try" aria-labelledby="try">
    <h2 id="try">${say(t.trial.title)}</h2>
    ${v.trial.blocked ? html`<p class="quiet">${say(t.trial.blocked)}</p>` : stage(v)}
  </section>`;
}

function stage(v) {
  const {told} = v.trial;
  if (!told) return html`<p class="quiet">${say(words().opening)}</p>`;
  const {question, ends, known, refused, choices} = told;
  return html`${question ? steps(question.step, Math.max(question.most, question.step), words()) : nothing}
    <div aria-live="polite">${question ? html`<p class="say">${pick(question.ask)}</p>${pick(question.hint) ? html`<p class="hint">${pick(question.hint)}</p>` : nothing}` : ended(ends, v)}
    ${refused.ru ? html`<div class="problem"><p>${pick(refused)}</p></div>` : nothing}
    ${choices.length ? unskipped(choices, v) : nothing}</div>
    ${question ? body({screen: {question}, t: words(), marks: v.trial.marks, unsentAnswer: null, act: v.act.trial}) : nothing}
    ${known.length ? html`<p class="label lead">${known.map(({value}) => pick(value)).join(", ")}</p>` : nothing}
    <div class="keys">
      ${known.length ? tool("Backspace", words().back, v.act.trial.back) : nothing}
      ${question ? tool("N", words().none_fits, v.act.trial.skip) : nothing}
      ${known.length ? plainTool(v.t.trial.again, v.act.trial.again) : nothing}
    </div>
    <label class="pick"><input type="checkbox" id="trial-key" .checked=${v.trial.key} @change=${(event) => v.act.trial.key(event.target.checked)}> ${say(v.t.trial.key)}</label>`;
}

// The end as the agent reads it.
export function ended(ends, {t}) {
  const w = words().outcome;
  const offers = ends.offers.map(({title}) => pick(title)).join(", ");
  return html`<p class="say">${pick(ends.say ?? {}) || say(t.ends(ends))}</p>
    <dl class="facts"><div><dt>${say(w.whose)}</dt><dd><span class="st ${ends.owner === "client" ? "st-keep" : "st-sales"}">${say(t.ends(ends))}</span></dd></div>
    ${offers ? html`<div><dt>${say(w.what)}</dt><dd>${offers}</dd></div>` : nothing}
    <div><dt>${say(w.why)}</dt><dd>${pick(ends.why ?? {})}</dd></div></dl>`;
}

const unskipped = (choices, {t}) => html`<p class="quiet">${say(t.trial.no_skip)}</p><ul class="choices">${choices.map((one) => html`<li>${say(t.ends(one))}: ${one.offers.map(({title}) => pick(title)).join(", ")}</li>`)}</ul>`;

// What the keys do while no field is written in: true when one was taken.
export function trialKey(event, {told, act}) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (!told?.question) return event.code === "Backspace" && told?.known.length ? taken(act.back) : false;
  if (digit && digit[1] === "0") return taken(() => document.getElementById("exact")?.focus());
  if (digit) {
    const answer = told.question.answers.find(({key}) => key === Number(digit[1]));
    if (!answer) return false;
    return taken(() => (told.question.kind === "several" ? act.mark(answer.id) : act.answer(answer.id)));
  }
  if (event.code === "KeyN") return taken(act.skip);
  if (event.code === "Backspace" && told.known.length) return taken(act.back);
  return false;
}

function taken(act) {
  act();
  return true;
}
