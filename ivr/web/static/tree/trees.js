// Which tree is on the page: chosen among the drafts, begun anew, or given another name.
import {html, nothing} from "../html.js";
import {plainTool} from "../parts/shapes.js";
import {say, words} from "../words.js";
import {beginning, renaming} from "./beginning.js";
import {freeName} from "./edits.js";

export class Trees {
  names = [];
  offers = []; // the catalogue that outcomes choose from
  #page;
  #draft;
  #begun;
  #fresh = {}; // what the form of a new tree, or of another name, holds

  // `begun` is called with a tree that was opened, and with what has become of it.
  constructor(page, draft, begun) {
    this.#page = page;
    this.#draft = draft;
    this.#begun = begun;
  }

  async read() {
    const {trees, offers} = await this.#page.ask("/tree/drafts");
    Object.assign(this, {names: trees, offers});
  }

  async start() {
    await this.read();
    const asked = new URLSearchParams(location.search).get("tree");
    const first = this.names.includes(asked) ? asked : this.names[0];
    if (first) await this.#open(first);
  }

  async #open(name) {
    await this.#begun(await this.#page.ask(`/tree/drafts/${encodeURIComponent(name)}`));
  }

  // Another tree by the list, once the edits of this one are made.
  // The list goes back to what is here when that one cannot be opened.
  async #choose(list) {
    const draft = this.#draft;
    const [now, wanted] = [draft.opened?.tree, list.value];
    if (!await draft.inTurn(() => draft.told(() => this.#open(wanted))) && now) list.value = now;
  }

  #openNew() {
    this.#fresh = {ru: "", en: "", name: "", copy: false, named: false};
    this.#show(beginning, () => {
      const {ru, en, copy} = this.#fresh;
      return ["/tree/new", {tree: this.#name, title: {ru, en}, text: copy ? this.#draft.text : ""}, "begun"];
    });
  }

  #openRename() {
    const {tree, hash} = this.#draft.opened;
    this.#fresh = {name: tree};
    this.#show(renaming, () => ["/tree/rename", {tree, hash, to: this.#name}, "renamed"]);
  }

  get #name() {
    return (this.#fresh.name ?? "").trim();
  }

  #show(draw, request) {
    const act = {begin: () => this.#begin(...request()), closeOver: () => this.#page.close(), fill: (name, value) => this.#fill(name, value)};
    this.#page.show((refusal) => draw({t: words().author, tree: this.#draft.tree, fresh: this.#fresh, refusal, act}));
  }

  #fill(name, value) {
    const fresh = this.#fresh;
    fresh[name] = value;
    fresh.named ||= name === "name";
    if (name === "en" && !fresh.named) fresh.name = freeName(value, this.names, "tree");
    this.#page.draw();
  }

  #begin(address, body, notice) {
    return this.#page.toldAbove(async () => {
      const made = await this.#page.ask(address, body);
      await this.read();
      this.#page.close();
      await this.#begun(made, notice);
    });
  }

  drawn(t) {
    const draft = this.#draft;
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
