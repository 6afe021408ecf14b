// The way of a draft into force: compared with what is in force, saved, published.
const PAUSE = 900; // ms after the last edit

export class Publishing {
  changes = {text: null, told: null, refusal: null}; // what the draft would change, and the text that it is said of
  #page;
  #draft;
  #editing;
  #comparing = 0;

  constructor(page, draft, editing) {
    this.#page = page;
    this.#draft = draft;
    this.#editing = editing;
  }

  // Another text is on the page.
  taken() {
    Object.assign(this.changes, {told: null, refusal: null});
    clearTimeout(this.#comparing);
    this.#comparing = setTimeout(() => this.#compare(), this.#draft.saved ? 0 : PAUSE);
  }

  #compare() {
    const {text, look} = this.#draft;
    if (look.problems.length) return;
    this.#page.told(async () => {
      const told = await this.#page.ask("/tree/changes", {text});
      if (text === this.#draft.text) Object.assign(this.changes, {text, told});
    }, (refusal) => Object.assign(this.changes, {refusal}));
  }

  // Whether anything on the page is not in the file yet, what is still written in a form included.
  get unsaved() {
    return !this.#draft.saved || this.#editing.written;
  }

  // Why the draft cannot be published now; "" when it can.
  get hindrance() {
    const {told, text} = this.changes;
    if (this.#draft.look.problems.length) return "faults";
    if (this.unsaved) return "unsaved";
    if (!told || text !== this.#draft.text) return "reckoning";
    return told.same ? "same" : "";
  }

  // What is still written in a form is saved with the rest.
  async save() {
    if (await this.#editing.commit()) await this.#draft.inTurn(() => this.#asked("saved", ({tree, hash, text}) => ["/tree/save", {tree, hash, text}]));
  }

  publish() {
    if (this.hindrance) return undefined;
    return this.#asked("published", ({tree, hash}) => ["/tree/publish", {tree, hash}]);
  }

  // Asks with what is on the page now, and takes the file as it is told in return, but for what
  // was written meanwhile: that stays, and is not in the file yet.
  #asked(notice, request) {
    const draft = this.#draft;
    return draft.told(async () => {
      const {text, opened: {tree, hash}} = draft;
      const opened = await this.#page.ask(...request({tree, hash, text}));
      draft.took(opened);
      draft.notice = notice;
      draft.take(draft.text === text ? opened.look : {...draft.look, text: draft.text});
    });
  }

  // A file that a hand has changed meanwhile is read anew; what was typed here can be had back.
  reopen() {
    const draft = this.#draft;
    return draft.told(async () => {
      const opened = await this.#page.ask(`/tree/drafts/${encodeURIComponent(draft.opened.tree)}`);
      draft.took(opened);
      draft.replace(opened.look, draft.text === opened.look.text ? "" : "reopened");
    });
  }
}
