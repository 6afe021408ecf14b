// The tree's versions above the page: an old one comes back into force, or its text into the draft.
import {html, nothing} from "../html.js";
import {clicked, plainTool, tool} from "../parts/shapes.js";
import {day, pick, say, time, words} from "../words.js";
import {why} from "./refusals.js";

export class Versions {
  #page;
  #draft;
  #listed = []; // newest first, as far as they were asked for

  constructor(page, draft) {
    this.#page = page;
    this.#draft = draft;
  }

  open() {
    return this.#draft.told(async () => {
      this.#listed = await this.#before();
      this.#page.show((refusal) => this.#drawn(refusal, words().author));
    });
  }

  // The keys go on at the first of those that have come; a key pressed twice lists them once.
  #more() {
    const {version} = this.#listed.at(-1);
    return this.#page.toldAbove(async () => {
      const older = await this.#before(version);
      if (this.#listed.at(-1).version !== version) return;
      this.#listed = [...this.#listed, ...older];
      this.#page.draw();
      document.querySelector(`[data-version="${version - 1}"] button`)?.focus();
    });
  }

  get #older() {
    return this.#listed.at(-1)?.version > 1;
  }

  // Arrows go from version to version, and beyond the last one that is shown.
  #walk(event) {
    const rows = [...event.currentTarget.children];
    const at = rows.indexOf(event.target.closest("li"));
    const to = {ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1}[event.code];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (to === rows.length && this.#older) this.#more();
    else rows[to]?.querySelector("button").focus();
  }

  #before(version) {
    return this.#page.ask(`${this.#address}${version ? `?before=${version}` : ""}`);
  }

  get #address() {
    return `/tree/versions/${encodeURIComponent(this.#draft.opened.tree)}`;
  }

  #back(version) {
    const draft = this.#draft;
    return this.#page.toldAbove(async () => {
      draft.took(await this.#page.ask("/tree/back", {tree: draft.opened.tree, version}));
      draft.notice = "back";
      this.#page.close();
      draft.take(draft.look);
    });
  }

  #take(version) {
    return this.#page.toldAbove(async () => {
      const look = await this.#page.ask(`${this.#address}/${version}`);
      this.#page.close();
      this.#draft.replace(look, "taken");
    });
  }

  #drawn(refusal, t) {
    return html`<h2 id="over-title">${say(t.versions.title)}</h2>
      <ol class="versions" @keydown=${(event) => this.#walk(event)}>${this.#listed.map((one, n) => this.#row(one, n, t.versions))}</ol>
      ${why(refusal, t)}
      <div class="keys">${this.#older ? plainTool(t.versions.older, () => this.#more()) : nothing} ${tool("Esc", t.close, () => this.#page.close())}</div>`;
  }

  #row({version, published_at, by}, n, o) {
    return html`<li data-version=${version}>
      <p><b>${say(o.version(version))}</b>, ${day(published_at)}, ${time(published_at)}, ${pick(by)} ${n === 0 ? html`<span class="st st-keep">${say(o.current)}</span>` : nothing}</p>
      <p class="keys">${n ? html`<button class="tool" type="button" ?data-first=${n === 1} @click=${clicked(() => this.#back(version))}>${say(o.back)}</button>` : nothing}
      <button class="tool" type="button" @click=${clicked(() => this.#take(version))}>${say(o.take)}</button></p>
    </li>`;
  }
}
