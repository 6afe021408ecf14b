// An earlier answer was another one, or a question is still open in wrap-up: pick it, answer it.
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";
import {answers, leave, tool} from "./shapes.js";

const OPEN = "open";

// What may be answered anew, by digit; once the caller has gone, the open question too.
export function correctable(screen) {
  const known = screen.known.filter(({kind}) => kind).map((fact) => ({...fact, id: fact.question}));
  const open = screen.stage === "wrap_up" && screen.question ? [{...screen.question, id: OPEN, label: screen.question.ask, value: {}, given: ""}] : [];
  return [...known, ...open].map((one, n) => ({...one, key: n + 1}));
}

export const chosen = (screen, form) => correctable(screen).find(({id}) => id === form.on) ?? null;

export function correct(v) {
  const one = chosen(v.screen, v.form);
  return one === null ? list(v) : answer(v, one);
}

function list(v) {
  const c = v.t.correct;
  const items = correctable(v.screen).map((one) => ({...one, words: pick(one.label), detail: one.id === OPEN ? say(c.open) : pick(one.value)}));
  return html`<h2 id="over-title">${say(c.title)}</h2>
    <p class="quiet lead">${say(c.hint)}</p>
    ${answers(items, {by: "over-title"}, {act: ({id}) => v.act.correctOn(id)})}
    <div class="keys">${leave(v, c.leave)}</div>`;
}

function answer(v, one) {
  const c = v.t.correct;
  const several = one.kind === "several";
  const keyed = one.answers.map((each) => ({...each, words: pick(each.say)}));
  const marked = (id) => (several ? v.form.marks.includes(id) : id === one.given);
  return html`<form @submit=${v.act.submit} novalidate>
    <h2 id="over-title">${pick(one.ask)}</h2>
    ${pick(one.value) ? html`<p class="quiet lead">${say(c.now(pick(one.value)))}</p>` : nothing}
    ${keyed.length ? answers(keyed, {by: "over-title"}, {pressed: ({id}) => marked(id), act: ({id}) => v.act.correctTo(id)}) : nothing}
    ${several ? nothing : typed(v, one)}
    <div class="keys">
      ${several || one.kind === "text" ? html`<button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(c.save)}</button>` : nothing}
      ${correctable(v.screen).length > 1 ? tool("Backspace", c.back, v.act.correctList) : nothing}
      ${leave(v, c.leave)}
    </div>
  </form>`;
}

function typed(v, one) {
  if (one.kind === "choice") return nothing;
  const label = one.kind === "number" ? v.t.exact : v.t.write_answer;
  return html`<div class="number ${one.kind === "text" ? "wide" : ""}">
    <label for="corrected"><kbd>0</kbd> ${say(label)}</label>
    <input id="corrected" inputmode=${one.kind === "number" ? "numeric" : "text"} maxlength="300" autocomplete="off" aria-keyshortcuts="0" @input=${(event) => v.act.form({typed: event.target.value})}>
    <span>${pick(one.unit)}</span>
  </div>`;
}

// `onCall` sends one message about this call; `finish` closes the overlay after it.
export function correctActs(desk, {finish, onCall}) {
  function give(given) {
    const {on} = desk.form;
    if (on !== OPEN) return finish("correct", {question: on, given});
    const {question} = desk.screen;
    desk.form = {on, marks: []};
    if (question) onCall("answer", {question: question.id, given});
    return desk.draw();
  }

  function on(id) {
    const one = correctable(desk.screen).find((each) => each.id === id);
    desk.form = {on: id, marks: one?.kind === "several" ? one.given.split(",").filter(Boolean) : []};
    desk.draw();
    if (one?.kind === "text") desk.focus("corrected");
  }

  function to(id) {
    const one = chosen(desk.screen, desk.form);
    if (one === null) return undefined;
    if (one.kind !== "several") return give(id);
    const {marks} = desk.form;
    desk.form = {...desk.form, marks: marks.includes(id) ? marks.filter((other) => other !== id) : [...marks, id]};
    return desk.draw();
  }

  return {
    on,
    to,
    begin() {
      const all = correctable(desk.screen);
      if (all.length === 1) on(all[0].id);
    },
    list() {
      if (correctable(desk.screen).length > 1) desk.form = {};
      desk.draw();
    },
    digit(n) {
      const one = chosen(desk.screen, desk.form);
      const all = one === null ? correctable(desk.screen) : one.answers;
      const picked = all.find(({key}) => key === n);
      if (picked) (one === null ? on : to)(picked.id);
    },
    submit(form) {
      const one = chosen(desk.screen, form);
      if (one === null) return undefined;
      if (one.kind === "several") {
        const marks = one.answers.map(({id}) => id).filter((id) => form.marks.includes(id));
        return marks.length ? give(marks.join(",")) : undefined;
      }
      const given = (form.typed ?? "").trim();
      return given ? give(given) : desk.missing("corrected");
    },
  };
}
