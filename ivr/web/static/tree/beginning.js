// What begins a tree or gives it another name, above the page.
import {html, live, nothing} from "../html.js";
import {clicked, tool} from "../parts/shapes.js";
import {pick, say} from "../words.js";
import {why} from "./refusals.js";

const field = (id, label, given, set, more = {}) => html`<div class="field"><label for=${id}>${say(label)}</label>
  <input id=${id} lang=${more.lang ?? nothing} maxlength=${more.most ?? 200} autocomplete="off" required spellcheck=${more.plain ? "false" : nothing} .value=${live(given)} ?data-first=${more.first} aria-describedby=${more.hint ?? nothing} @input=${(event) => set(event.target.value)}></div>`;

const NAME = {most: 40, plain: true, hint: "hint-name"};

function form(title, go, v, fields) {
  const submit = (event) => {
    event.preventDefault();
    v.act.begin();
  };
  return html`<h2 id="over-title">${say(title)}</h2>
    <form @submit=${submit} novalidate>${fields}
      ${why(v.refusal, v.t)}
      <div class="keys"><button class="main-key" type="submit"><kbd>Enter</kbd> ${say(go)}</button> ${tool("Esc", v.t.close, v.act.closeOver)}</div>
    </form>`;
}

export function beginning(v) {
  const {t, fresh} = v;
  const o = t.beginning;
  const set = (name) => (value) => v.act.fill(name, value);
  return form(o.title, o.go, v, html`
    ${field("new-ru", o.title_ru, fresh.ru, set("ru"), {lang: "ru", first: true})}
    ${field("new-en", o.title_en, fresh.en, set("en"), {lang: "en"})}
    ${field("new-name", o.name, fresh.name, set("name"), NAME)}
    <p class="label" id="hint-name">${say(o.name_hint)}</p>
    ${v.tree ? html`<label class="pick"><input type="checkbox" id="new-copy" .checked=${live(fresh.copy)} @change=${(event) => v.act.fill("copy", event.target.checked)}> <span>${say(o.copy(pick(v.tree.title)))}</span></label>` : nothing}
    <p class="label">${say(o.hint)}</p>`);
}

export function renaming(v) {
  const {t, fresh} = v;
  return form(t.renaming.title, t.renaming.go, v, html`
    ${field("new-name", t.beginning.name, fresh.name, (value) => v.act.fill("name", value), {...NAME, first: true})}
    <p class="label" id="hint-name">${say(t.beginning.name_hint)}</p>`);
}
