// The configuration read anew, above the page: people, catalogue and hours, with what that changed.
import {html, nothing} from "../html.js";
import {clicked, tool} from "../parts/shapes.js";
import {say, words} from "../words.js";
import {why} from "./refusals.js";

export class Reload {
  #author;
  #done = null; // {changed, restart}

  constructor(author) {
    this.#author = author;
  }

  open() {
    const {page, tellAbove} = this.#author;
    this.#done = null;
    tellAbove(null);
    page.show(() => this.#drawn(words().author));
  }

  #go() {
    const {draft, page, tellAbove, trees} = this.#author;
    this.#done = null;
    return this.#author.told(async () => {
      this.#done = await page.ask("/tree/reload", {});
      await trees.read();
      draft.take(await draft.lookAt(draft.text));
    }, tellAbove);
  }

  #drawn(t) {
    const o = t.reload;
    const {page, refusalAbove} = this.#author;
    return html`<h2 id="over-title">${say(o.title)}</h2>
      <p class="quiet lead">${say(o.hint)}</p>
      ${this.#done ? told(this.#done, o) : nothing}
      ${why(refusalAbove, t)}
      <div class="keys"><button class="main-key" type="button" data-first @click=${clicked(() => this.#go())}><kbd>Enter</kbd> ${say(o.go)}</button> ${tool("Esc", t.close, () => page.close())}</div>`;
  }
}

function told({changed, restart}, o) {
  const what = changed.map((one) => o.parts[one] ?? one).join(", ");
  return html`<p role="status">${say(changed.length ? o.done(what) : o.same)}${restart.length ? html` ${say(o.restart(restart.join(", ")))}` : nothing}</p>`;
}
