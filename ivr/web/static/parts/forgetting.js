// A number is forgotten, above the page: what is kept of it, the number once more, and what is left.
import {html, live, nothing} from "../html.js";
import {refused} from "../page.js";
import {phone, say, words} from "../words.js";
import {count, field} from "./report.js";
import {fact, tool} from "./shapes.js";

const about = (words, {number}) => html`${say(words)} <span class="num">${phone(number)}</span>`;

export class Forgetting {
  #page;
  #done;
  #form = {}; // what is typed: number, again, reason
  #looked = null; // what is kept, as the service told it before anything was done
  #left = null; // what is left after it
  #busy = false;

  // `done` is called when a number was erased.
  constructor(page, done) {
    this.#page = page;
    this.#done = done;
  }

  open(number = "") {
    Object.assign(this.#begun(), {number});
    this.#page.show((refusal) => this.#drawn(refusal, words().forgetting));
  }

  #begun() {
    this.#looked = this.#left = null;
    this.#busy = false;
    this.#form = {number: "", again: "", reason: ""};
    return this.#form;
  }

  #look() {
    const form = this.#form;
    return this.#asked(async () => {
      const looked = await this.#page.ask("/why/kept", {number: form.number});
      if (form === this.#form) this.#looked = looked;
    });
  }

  #erase() {
    const form = this.#form;
    return this.#asked(async () => {
      const left = await this.#page.ask("/why/forget", form);
      if (form === this.#form) this.#left = left;
      this.#done();
    });
  }

  // One thing at a time; the keys go on at the first field of what has come.
  // What comes when the dialog was left, or opened anew for another number, is not shown there.
  async #asked(act) {
    if (this.#busy) return;
    const form = this.#form;
    this.#busy = true;
    this.#page.draw();
    await this.#page.toldAbove(act);
    if (form !== this.#form) return;
    this.#busy = false;
    this.#page.draw();
    const over = document.getElementById("over");
    (over?.querySelector("[data-first]") ?? over)?.focus();
  }

  #drawn(refusal, t) {
    if (this.#left) return this.#told(t);
    return this.#looked ? this.#kept(refusal, t) : this.#which(refusal, t);
  }

  #which(refusal, t) {
    return this.#steps(say(t.title), t.look, () => this.#look(), refusal, t, html`<p class="quiet lead">${say(t.hint)}</p>${this.#input("number", t.number, {mode: "tel", first: true})}`);
  }

  #kept(refusal, t) {
    const {found, companies} = this.#looked;
    const counts = Object.entries(t.counts).filter(([name]) => found.kept[name]);
    const title = about(t.of, found);
    if (!counts.length && !companies.length) return html`<h2 id="over-title">${title}</h2><p role="status">${say(t.nothing)}</p>${this.#close(t.close)}`;
    const list = html`<dl class="facts kept">${counts.map(([name, words]) => fact(words, count(found.kept[name])))}${companies.length ? fact(t.companies, companies.join(", ")) : nothing}</dl>`;
    if (found.calls_on.length) return html`<h2 id="over-title">${title}</h2>${list}<p class="after" role="status">${say(t.on)}</p>${this.#close(t.leave)}`;
    return this.#steps(title, this.#busy ? t.erasing : t.erase, () => this.#erase(), refusal, t, html`${list}
      ${found.owed.length ? html`<p class="after">${say(t.owed)}</p>${this.#input("reason", t.reason, {most: 1000})}` : nothing}
      ${this.#input("again", t.again, {mode: "tel", first: true})}`);
  }

  #told(t) {
    const {found} = this.#left;
    const left = Object.keys(t.counts).some((name) => found.kept[name]);
    return html`<h2 id="over-title">${about(t.forgotten, found)}</h2>
      <div role="status"><p>${say(left ? t.left : t.done)}</p>
        ${found.files.length ? html`<p>${say(t.files(found.files.join(", ")))}</p>` : nothing}</div>
      ${this.#close(t.close)}`;
  }

  #steps(title, go, act, refusal, t, inside) {
    const submit = (event) => {
      event.preventDefault();
      act();
    };
    return html`<h2 id="over-title">${title}</h2>
      <form @submit=${submit} novalidate>${inside}
        ${refused(refusal, t.refusals)}
        <div class="keys"><button class="main-key" type="submit" aria-disabled=${this.#busy ? "true" : nothing}><kbd>Enter</kbd> ${say(go)}</button> ${this.#leave(t.leave)}</div>
      </form>`;
  }

  #input(name, label, {mode, most = 100, first = false} = {}) {
    const typed = (event) => {
      this.#form[name] = event.target.value;
    };
    return field(`forget-${name}`, say(label), html`<input id=${`forget-${name}`} maxlength=${most} inputmode=${mode ?? nothing} autocomplete="off" ?data-first=${first} .value=${live(this.#form[name])} @input=${typed}>`);
  }

  #leave(text) {
    return tool("Esc", text, () => this.#page.close());
  }

  #close(text) {
    return html`<div class="keys">${this.#leave(text)}</div>`;
  }
}
