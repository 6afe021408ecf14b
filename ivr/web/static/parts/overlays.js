// What lies above the page: low, so that what to say and who it is stay in sight.
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";
import {company} from "./company.js";
import {correct} from "./correct.js";
import {due} from "./due.js";
import {keyMap} from "./key_map.js";
import {closing} from "./left.js";
import {answers, leave} from "./shapes.js";

export function overlay(v) {
  const draw = {keys, otherwise, other_call: otherCall, company, correct, due, closing, skip}[v.overlay];
  if (!draw) return nothing;
  return html`<dialog id="over" class="over" tabindex="-1" aria-labelledby="over-title" @cancel=${v.act.close} @close=${v.act.close}>${draw(v)}</dialog>`;
}

function keys({act, single, t: {help: h}}) {
  const note = html`${say(h.note)}, <kbd>Esc</kbd> — ${say(h.note_esc)}`;
  const rows = [
    [["Enter"], h.main],
    [["1", "–", "9"], h.answer],
    [["0"], h.exact],
    [["Backspace"], h.back],
    [["N"], h.none],
    [["/"], note],
    [["K"], h.company],
    [["E"], h.correct],
    [["X"], h.not_enquiry],
    [["O"], h.otherwise],
    [["W"], h.other_kind],
    [["D"], h.due],
    [["Esc"], h.escape],
    [["End"], h.hang_up],
    [["F9"], h.pause],
    [["+"], h.more],
    [["↑", "↓"], h.left],
    [["C", "P", "X"], h.task],
  ];
  return keyMap(rows, {redraw: act.redraw, close: act.close, alone: {on: single, turn: act.single}});
}

export function waysOtherwise(outcome) {
  const now = outcome.owner === "client" ? "client" : outcome.how || "transfer";
  return {now, ways: ["transfer", "callback", "client"].filter((way) => way !== now)};
}

function otherwise(v) {
  const {t, screen, form} = v;
  const {now, ways} = waysOtherwise(screen.outcome);
  const o = t.otherwise;
  return html`<form @submit=${v.act.submit} novalidate>
    <h2 id="over-title">${say(o.title)}</h2>
    <p class="quiet lead">${say(o.decided[now])}</p>
    <fieldset>
      <legend class="unseen">${say(o.what)}</legend>
      <ol class="answers">${ways.map((way, n) => html`<li><label class="answer"><input type="radio" name="way" value=${way} aria-keyshortcuts=${n + 1} .checked=${form.way === way} @change=${() => v.act.form({way})}><kbd aria-hidden="true">${n + 1}</kbd><span>${say(o.ways[way])}${way === "transfer" && screen.outcome.transfer_refused ? html`<small>${say(t.outcome.refused[screen.outcome.transfer_refused] ?? t.outcome.refused.other)}</small>` : nothing}</span></label></li>`)}</ol>
    </fieldset>
    ${field(v, "reason", o.reason, o.reason_hint, o.reason_missing)}
    <div class="keys">
      <button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(o.main[form.way])}</button>
      ${leave(v, o.leave)}
    </div>
  </form>`;
}

function otherCall(v) {
  const o = v.t.other_call;
  const kinds = v.screen.other_calls.map((id, n) => ({id, key: n + 1, words: say(o.kinds[id] ?? id)}));
  return html`<h2 id="over-title">${say(o.title)}</h2>
    <p class="quiet lead">${say(o.hint)}</p>
    ${answers(kinds, {by: "over-title"}, {act: ({id}) => v.act.notEnquiry(id)})}
    <div class="keys">${leave(v, o.leave)}</div>`;
}

function skip(v) {
  const s = v.t.skipping;
  return html`<form @submit=${v.act.submit} novalidate>
    <h2 id="over-title">${say(s.title)}</h2>
    <p class="quiet lead">${pick(v.screen.question?.ask ?? {})}</p>
    ${field(v, "words", s.words, s.hint, "", true)}
    <div class="keys">
      <button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(s.save)}</button>
      ${leave(v, s.leave)}
    </div>
  </form>`;
}

function field(v, name, label, hint, missing, first = false) {
  const wrong = v.form.missing === name;
  return html`<div class="field lead">
    <label for=${name}>${say(label)}</label>
    <input id=${name} name=${name} maxlength="500" autocomplete="off" ?data-first=${first} aria-invalid=${wrong ? "true" : nothing} aria-describedby=${`${name}-hint`} @input=${(event) => v.act.form({[name]: event.target.value})}>
    <p class=${wrong ? "problem" : "label"} id=${`${name}-hint`} role=${wrong ? "alert" : nothing}>${say(wrong ? missing : hint)}</p>
  </div>`;
}

