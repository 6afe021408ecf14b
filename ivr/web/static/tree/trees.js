// Which tree is on the page: chosen among the drafts, begun anew, or given another name.
import {html, nothing} from "../html.js";
import {plainTool} from "../parts/shapes.js";
import {say, words} from "../words.js";
import {beginning, renaming} from "./beginning.js";
import {freeName} from "./edits.js";

export class Trees {
  names = [];
  offers = []; // the catalogue that outcomes choose from
  #author;
  #fresh = {}; // what the form of a new tree, or of another name, holds

  constructor(author) {
    this.#author = author;
  }

  async read() {
    const {trees, offers} = await this.#author.page.ask("/tree/drafts");
    Object.assign(this, {names: trees, offers});
  }

  async start() {
    await this.read();
    const asked = new URLSearchParams(location.search).get("tree");
    const first = this.names.includes(asked) ? asked : this.names[0];
    if (first) await this.#open(first);
  }

  async #open(name) {
    await this.#author.begin(await this.#author.page.ask(`/tree/drafts/${encodeURIComponent(name)}`));
  }

  // Another tree by the list, which goes back to what is here when that one cannot be opened.
  async #choose(list) {
    const now = this.#author.draft.opened?.tree;
    if (!await this.#author.told(() => this.#open(list.value)) && now) list.value = now;
  }

  #openNew() {
    this.#fresh = {ru: "", en: "", name: "", copy: false, named: false};
    this.#show(beginning, () => {
      const {ru, en, copy} = this.#fresh;
      return ["/tree/new", {tree: this.#name, title: {ru, en}, text: copy ? this.#author.draft.text : ""}, "begun"];
    });
  }

  #openRename() {
    const {tree, hash} = this.#author.draft.opened;
    this.#fresh = {name: tree};
    this.#show(renaming, () => ["/tree/rename", {tree, hash, to: this.#name}, "renamed"]);
  }

  get #name() {
    return (this.#fresh.name ?? "").trim();
  }

  #show(draw, request) {
    const {page, tellAbove} = this.#author;
    const act = {begin: () => this.#begin(...request()), closeOver: () => page.close(), fill: (name, value) => this.#fill(name, value)};
    tellAbove(null);
    page.show(() => draw({t: words().author, tree: this.#author.draft.tree, fresh: this.#fresh, refusal: this.#author.refusalAbove, act}));
  }

  #fill(name, value) {
    const fresh = this.#fresh;
    fresh[name] = value;
    fresh.named ||= name === "name";
    if (name === "en" && !fresh.named) fresh.name = freeName(value, this.names, "tree");
    this.#author.page.draw();
  }

  #begin(address, body, notice) {
    const {editing, page, tellAbove} = this.#author;
    return this.#author.told(async () => {
      const made = await page.ask(address, body);
      await this.read();
      page.close();
      await this.#author.begin(made, notice);
      editing.focus("tree");
    }, tellAbove);
  }

  drawn(t) {
    const {draft} = this.#author;
    const now = draft.opened?.tree;
    const unborn = now && draft.saved && !draft.opened.in_force;
    return html`${this.names.length > 1 || !now ? this.#list(now, t) : nothing}
      ${plainTool(t.beginning.open, () => this.#openNew())}
      ${unborn ? plainTool(t.renaming.open, () => this.#openRename()) : nothing}`;
  }

  #list(now, t) {
    return html`<label class="quiet" for="which">${say(t.which)}</label> <select id="which" @change=${(event) => this.#choose(event.target)}>${now ? nothing : html`<option value="" selected></option>`}${this.names.map((one) => html`<option value=${one} ?selected=${one === now}>${one}</option>`)}</select>`;
  }
}
