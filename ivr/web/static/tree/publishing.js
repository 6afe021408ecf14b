// The way of a draft into force: compared with what is in force, saved, published.
import {Refusal} from "../plain.js";

const PAUSE = 900; // ms after the last edit

export class Publishing {
  changes = {text: null, told: null, refusal: null}; // what the draft would change, and the text that it is said of
  #author;
  #comparing = 0;

  constructor(author) {
    this.#author = author;
  }

  // Another text is on the page.
  taken() {
    Object.assign(this.changes, {told: null, refusal: null});
    clearTimeout(this.#comparing);
    this.#comparing = setTimeout(() => this.#compare(), this.#author.draft.saved ? 0 : PAUSE);
  }

  async #compare() {
    const {draft, page} = this.#author;
    const {text} = draft;
    if (draft.look.problems.length) return;
    try {
      const told = await page.ask("/tree/changes", {text});
      if (text === draft.text) this.changes = {text, told, refusal: null};
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.changes = {text, told: null, refusal};
    }
    page.draw();
  }

  // Why the draft cannot be published now; "" when it can.
  get hindrance() {
    const {draft} = this.#author;
    const {told, text} = this.changes;
    if (draft.look.problems.length) return "faults";
    if (!draft.saved) return "unsaved";
    if (!told || text !== draft.text) return "reckoning";
    return told.same ? "same" : "";
  }

  save() {
    return this.#asked("saved", ({tree, hash, text}) => ["/tree/save", {tree, hash, text}]);
  }

  publish() {
    if (this.hindrance) return undefined;
    return this.#asked("published", ({tree, hash}) => ["/tree/publish", {tree, hash}]);
  }

  // Asks with what is on the page now, and takes the file as it is told in return.
  #asked(notice, request) {
    const {draft, page} = this.#author;
    return this.#author.told(async () => {
      const {tree, hash} = draft.opened;
      const opened = await page.ask(...request({tree, hash, text: draft.text}));
      draft.took(opened);
      draft.notice = notice;
      draft.take(opened.look);
    });
  }

  // A file that a hand has changed meanwhile is read anew; what was typed here can be had back.
  reopen() {
    const {draft, page} = this.#author;
    return this.#author.told(async () => {
      const opened = await page.ask(`/tree/drafts/${encodeURIComponent(draft.opened.tree)}`);
      draft.took(opened);
      draft.replace(opened.look, draft.text === opened.look.text ? "" : "reopened");
    });
  }
}
