// The fields of a next step: a day and a time as people type them, shown in words at once.
import {html, live as kept, nothing} from "../html.js";
import {say, sentence, words} from "../words.js";
import {inWords, typedDay, typedHour} from "./typed.js";

const LONGEST = {place: 500, with_whom: 500, next_step: 500, note: 4000, reason: 500, minutes: 3, day: 30, hour: 5};
const MODES = {hour: "numeric", minutes: "numeric"};

// `form` holds what is typed, `missing` the name of the field that is wrong.
export function field(v, name, form, act, {first = false, cap = ""} = {}) {
  const {s} = v;
  const wrong = form.missing === name;
  const hint = wrong ? s.field_missing[name] : seen(v, name, form);
  return html`<div class="field ${name}">
    <label for=${name}>${cap ? html`<kbd>${cap}</kbd> &nbsp;` : nothing}${say(s.fields[name])}</label>
    <input id=${name} maxlength=${LONGEST[name]} inputmode=${MODES[name] ?? nothing} autocomplete="off" ?data-first=${first} .value=${kept(form[name] ?? "")} aria-invalid=${wrong ? "true" : nothing} aria-describedby=${hint ? `${name}-hint` : nothing} @input=${(event) => act({[name]: event.target.value})}>
    ${hint ? html`<p class=${wrong ? "problem" : "label"} id=${`${name}-hint`} role=${wrong ? "alert" : nothing}>${say(hint)}</p>` : nothing}
  </div>`;
}

function seen({now, s, zone}, name, form) {
  if (name !== "day") return "";
  const day = typedDay(form.day ?? "", now, zone, s.typed);
  return day ? sentence(inWords(day, words().locale)) : s.day_hint;
}

// The day and time typed, as 2026-11-27 15:30; or the name of the field that says nothing.
export function moment(form, now, zone, typed) {
  const day = typedDay(form.day ?? "", now, zone, typed);
  const hour = typedHour(form.hour ?? "");
  return day && hour ? {at: `${day} ${hour}`} : {missing: day ? "hour" : "day"};
}
