// Which company calls: candidates by digit, or a name or tax number, found while it is typed.
import {html, nothing} from "../html.js";
import {say} from "../words.js";
import {answers, leave} from "./shapes.js";

const folded = (text) => text.trim().toLocaleLowerCase().replaceAll("ё", "е").replace(/[«»"'“”„]/g, "").replace(/\s+/g, " ");

// What Enter may pick: the companies found, then the typed words as a new one.
export function options({found = [], name = ""}) {
  const typed = name.trim().replace(/\s+/g, " ");
  const known = found.some((hit) => folded(hit.name) === folded(typed) || hit.tax === typed);
  return typed && !known ? [...found, {id: "", name: typed}] : found;
}

export function company(v) {
  const {t, screen, form} = v;
  const c = t.company;
  const candidates = screen.caller.candidates.map(([id, name], n) => ({id, key: n + 1, words: name}));
  return html`<form @submit=${v.act.submit} novalidate>
    <h2 id="over-title">${say(c.title)}</h2>
    ${candidates.length ? html`<p class="quiet lead">${say(c.candidates)}</p>${answers(candidates, {by: "over-title"}, {act: ({id}) => v.act.company(id, "")})}` : nothing}
    ${field(v, candidates.length > 0)}
    <div class="keys">
      <button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(form.name?.trim() && !options(form)[form.active ?? 0]?.id ? c.save : c.pick)}</button>
      ${leave(v, c.leave)}
    </div>
  </form>`;
}

function field(v, beside) {
  const {form, t} = v;
  const c = t.company;
  const list = options(form);
  const wrong = form.missing === "name";
  return html`<div class="field lead">
    <label for="name">${beside ? html`<kbd>0</kbd> ` : nothing}${say(beside ? c.other : c.name)}</label>
    <input id="name" name="name" ?data-first=${!beside} maxlength="300" autocomplete="off" spellcheck="false" role="combobox" aria-autocomplete="list" aria-controls="found" aria-expanded=${String(list.length > 0)} aria-activedescendant=${list.length ? `found-${form.active ?? 0}` : nothing} aria-invalid=${wrong ? "true" : nothing} aria-describedby="name-hint" @input=${(event) => v.act.seek(event.target.value)}>
    <ul class="found" id="found" role="listbox" aria-label=${c.found}>${list.map((hit, n) => option(v, hit, n))}</ul>
    <p class=${wrong ? "problem" : "label"} id="name-hint" role=${wrong ? "alert" : nothing}>${say(wrong ? c.missing : c.hint)}</p>
  </div>`;
}

function option(v, hit, n) {
  const c = v.t.company;
  const about = [hit.tax, hit.owner && v.t.owned(hit.owner, v.t.departments.sales)].filter(Boolean).join(", ");
  const small = hit.id ? about : c.fresh;
  return html`<li id=${`found-${n}`} role="option" aria-selected=${String(n === (v.form.active ?? 0))} @click=${() => v.act.pickFound(n)}>
    <b>${hit.name}</b> ${hit.key ? html`<span class="st st-key">${say(v.t.key_account)}</span>` : nothing}${small ? html`<small>${say(small)}</small>` : nothing}
  </li>`;
}

// What the field does. `finish` sends one message about this call, which closes the overlay.
export function companyActs(desk, {finish}) {
  const {link} = desk;

  function seek(text) {
    const unsent = link.find(({type}) => type === "find_company");
    if (unsent) link.takeBack(unsent.request);
    const name = text.trim();
    const request = name && link.state === "live" ? link.press("find_company", {text: name}, desk.now()) : "";
    desk.form = {...desk.form, name: text, request, active: 0, chosen: false, wanted: false, missing: undefined, found: name ? desk.form.found : []};
    desk.draw();
  }

  // Enter may come before the answer to the last letter: it then takes what the answer brings,
  // unless the arrows have chosen already.
  function submit(form) {
    const open = form.request && !form.chosen;
    if (open && link.state === "live") {
      desk.form = {...form, wanted: true};
      return undefined;
    }
    const option = options(open ? {name: form.name} : form)[form.active ?? 0];
    if (!option) return desk.missing("name");
    return finish("company", option.id ? {account: option.id, name: ""} : {account: "", name: option.name});
  }

  // What the arrows chose stays chosen while an answer changes the list under it.
  function renewed(form, found) {
    const before = form.chosen ? options(form)[form.active] : undefined;
    const after = {...form, found, request: ""};
    const active = before ? options(after).findIndex(({id, name}) => id === before.id && name === before.name) : -1;
    return {...after, active: Math.max(active, 0), chosen: active >= 0};
  }

  return {
    seek,
    submit,
    found(frame) {
      if (desk.overlay !== "company" || frame.request !== desk.form.request) return;
      desk.form = renewed(desk.form, frame.found);
      if (desk.form.wanted) submit(desk.form);
    },
    move(by) {
      const many = options(desk.form).length;
      if (many === 0) return;
      desk.form = {...desk.form, active: ((desk.form.active ?? 0) + by + many) % many, chosen: true, wanted: false};
      desk.draw();
      document.getElementById(`found-${desk.form.active}`)?.scrollIntoView({block: "nearest"});
    },
    pick(n) {
      submit({...desk.form, active: n, chosen: true});
    },
  };
}
