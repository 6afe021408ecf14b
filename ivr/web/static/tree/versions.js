// The tree's versions above the page: an old one comes back into force, or its text into the draft.
import {html, nothing} from "../html.js";
import {clicked, tool} from "../parts/shapes.js";
import {day, say, time, words} from "../words.js";
import {why} from "./refusals.js";

export class Versions {
  #author;

  constructor(author) {
    this.#author = author;
  }

  open() {
    const {page, tellAbove} = this.#author;
    tellAbove(null);
    page.show(() => this.#drawn(words().author));
  }

  #back(version) {
    const {draft, page, tellAbove} = this.#author;
    return this.#author.told(async () => {
      draft.took(await page.ask("/tree/back", {tree: draft.opened.tree, version}));
      draft.notice = "back";
      page.close();
      draft.take(draft.look);
    }, tellAbove);
  }

  #take(version) {
    const {draft, page, tellAbove} = this.#author;
    return this.#author.told(async () => {
      const look = await page.ask(`/tree/versions/${encodeURIComponent(draft.opened.tree)}/${version}`);
      page.close();
      draft.replace(look, "taken");
    }, tellAbove);
  }

  #drawn(t) {
    const {draft, page, refusalAbove} = this.#author;
    return html`<h2 id="over-title">${say(t.versions.title)}</h2>
      <ol class="versions">${draft.opened.versions.map((one, n) => this.#row(one, n, t.versions))}</ol>
      ${why(refusalAbove, t)}
      <div class="keys">${tool("Esc", t.close, () => page.close())}</div>`;
  }

  #row({version, published_at, published_by}, n, o) {
    return html`<li>
      <p><b>${say(o.version(version))}</b>, ${day(published_at)}, ${time(published_at)}, ${published_by} ${n === 0 ? html`<span class="st st-keep">${say(o.current)}</span>` : nothing}</p>
      <p class="keys">${n ? html`<button class="tool" type="button" ?data-first=${n === 1} @click=${clicked(() => this.#back(version))}>${say(o.back)}</button>` : nothing}
      <button class="tool" type="button" @click=${clicked(() => this.#take(version))}>${say(o.take)}</button></p>
    </li>`;
  }
}
