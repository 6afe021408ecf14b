// The draft as one text, with what is wrong in it by line and column.
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";

const PAUSE = 250; // ms after the last letter

export class Raw {
  on = false;
  #page;
  #draft;
  #editing;
  #checking = 0;

  constructor(page, draft, editing) {
    this.#page = page;
    this.#draft = draft;
    this.#editing = editing;
  }

  begin() {
    clearTimeout(this.#checking);
    this.on = false;
  }

  // What is still written in a form is kept first, so that the text has it.
  async turn() {
    if (!await this.#editing.commit()) return;
    this.on = !this.on;
    this.#page.draw();
    if (this.on) document.getElementById("raw")?.focus();
  }

  #typed(text) {
    clearTimeout(this.#checking);
    this.#draft.text = text;
    this.#checking = setTimeout(() => this.#check(text), PAUSE);
  }

  #check(text) {
    const draft = this.#draft;
    return draft.told(async () => {
      const look = await draft.lookAt(text);
      if (draft.text === text) draft.replace(look, "", draft.look.text);
    });
  }

  drawn(t) {
    const draft = this.#draft;
    const all = draft.look.problems;
    return html`<div class="field raw"><label for="raw">${say(t.raw_label(draft.opened.file))}</label>
      <textarea id="raw" spellcheck="false" autocomplete="off" rows="30" .value=${draft.text} aria-invalid=${all.length ? "true" : nothing} aria-describedby=${all.length ? "why-raw" : nothing} @input=${(event) => this.#typed(event.target.value)}></textarea></div>
      <div aria-live="polite">${all.length ? html`<div class="problem" id="why-raw"><b>${say(t.problem(all.length))}</b>${all.map(line)}</div>` : nothing}</div>`;
  }
}

const line = (one) => html`<p>${one.line ? `${one.line}:${one.column} ` : ""}${pick(one.message)}${one.mend.en ? html`; ${pick(one.mend)}` : nothing}</p>`;
