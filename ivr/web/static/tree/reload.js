// The configuration read anew, above the page: people, catalogue and hours, with what that changed.
import {html, nothing} from "../html.js";
import {clicked, tool} from "../parts/shapes.js";
import {say, words} from "../words.js";
import {why} from "./refusals.js";

export class Reload {
  #page;
  #draft;
  #trees;
  #done = null; // {changed, restart}

  constructor(page, draft, trees) {
    this.#page = page;
    this.#draft = draft;
    this.#trees = trees;
  }

  open() {
    this.#done = null;
    this.#page.show((refusal) => this.#drawn(refusal, words().author));
  }

  #go() {
    const draft = this.#draft;
    this.#done = null;
    return this.#page.toldAbove(async () => {
      this.#done = await this.#page.ask("/tree/reload", {});
      await this.#trees.read();
      draft.take(await draft.lookAt(draft.text));
    });
  }

  #drawn(refusal, t) {
    const o = t.reload;
    return html`<h2 id="over-title">${say(o.title)}</h2>
      <p class="quiet lead">${say(o.hint)}</p>
      ${this.#done ? told(this.#done, o) : nothing}
      ${why(refusal, t)}
      <div class="keys"><button class="main-key" type="button" data-first @click=${clicked(() => this.#go())}><kbd>Enter</kbd> ${say(o.go)}</button> ${tool("Esc", t.close, () => this.#page.close())}</div>`;
  }
}

function told({changed, restart}, o) {
  const what = changed.map((one) => o.parts[one] ?? one).join(", ");
  return html`<p role="status">${say(changed.length ? o.done(what) : o.same)}${restart.length ? html` ${say(o.restart(restart.join(", ")))}` : nothing}</p>`;
}
