// One field of a node's form.
import {html, live, nothing} from "../html.js";
import {pick, say} from "../words.js";

export function field(one, values, t, {wrong, change, first}) {
  const id = `f-${one.name}`;
  const label = one.text ? pick(one.text) : say(t.fields[one.label]);
  const given = values[one.name];
  const set = (value) => change(one.name, value);
  const about = {id, first, wrong, lang: one.lang ?? nothing};
  const draw = {line, area, number, select, checks, check, span}[one.kind];
  return draw(one, label, given, set, about, t);
}

const shell = (label, id, inner) => html`<div class="field"><label for=${id}>${label}</label>${inner}</div>`;

function line(one, label, given, set, {id, first, wrong, lang}) {
  return shell(label, id, html`<input id=${id} name=${one.name} lang=${lang} maxlength="1000" autocomplete="off" .value=${live(given)} ?data-first=${first} aria-invalid=${wrong ? "true" : nothing} @input=${(event) => set(event.target.value)}>`);
}

function area(one, label, given, set, {id, first, wrong, lang}) {
  return shell(label, id, html`<textarea id=${id} name=${one.name} lang=${lang} rows="2" maxlength="1000" .value=${live(given)} ?data-first=${first} aria-invalid=${wrong ? "true" : nothing} @input=${(event) => set(event.target.value)}></textarea>`);
}

function number(one, label, given, set, {id, first, wrong}) {
  return shell(label, id, html`<input id=${id} name=${one.name} inputmode="numeric" maxlength="10" autocomplete="off" .value=${live(given)} ?data-first=${first} aria-invalid=${wrong ? "true" : nothing} @input=${(event) => set(event.target.value)}>`);
}

function select(one, label, given, set, {id, first, wrong}, t) {
  const option = (own) => html`<option value=${own.value} ?selected=${own.value === given}>${own.word ? say(t.options[own.word]) : pick(own.text)}</option>`;
  const groups = [...new Set(one.options.map(({group}) => group))];
  const body = groups.map((group) => {
    const own = one.options.filter((each) => each.group === group);
    return group ? html`<optgroup label=${t.groups[group]}>${own.map(option)}</optgroup>` : own.map(option);
  });
  const lost = one.options.some(({value}) => value === given) ? nothing : html`<option value=${given} selected>${given}</option>`;
  return shell(label, id, html`<select id=${id} name=${one.name} ?data-first=${first} aria-invalid=${wrong ? "true" : nothing} @change=${(event) => set(event.target.value)}>${lost}${body}</select>`);
}

function checks(one, label, given, set, {id, first}) {
  const turn = (value, on) => set(one.options.map((own) => own.value).filter((own) => (own === value ? on : given.includes(own))));
  return html`<fieldset class="field checks-field"><legend>${label}</legend>${one.options.map((own, n) => html`<label class="pick"><input type="checkbox" id=${`${id}-${own.value}`} .checked=${live(given.includes(own.value))} ?data-first=${first && n === 0} @change=${(event) => turn(own.value, event.target.checked)}> <span>${pick(own.text)}</span></label>`)}</fieldset>`;
}

function check(one, label, given, set, {id, first}) {
  return html`<label class="pick"><input type="checkbox" id=${id} .checked=${live(given)} ?data-first=${first} @change=${(event) => set(event.target.checked)}> <span>${label}</span></label>`;
}

function span(one, label, given, set, {id}, t) {
  const input = (side) => html`<label class="quiet" for=${`${id}-${side}`}>${say(t.fields[side === "from" ? "span_from" : "span_to"])}</label> <input id=${`${id}-${side}`} inputmode="decimal" maxlength="15" autocomplete="off" .value=${live(given[side])} @input=${(event) => set({...given, [side]: event.target.value.trim().replace(",", ".")})}>`;
  return html`<fieldset class="field span-field"><legend>${label}</legend>${input("from")} ${input("to")}</fieldset>`;
}
