// One tree's text as it stands on the page: looked at by the service, undone and redone, kept until saved.
import {forget, keep, kept} from "./shelf.js";

export class Draft {
  opened = null; // the file as the service told of it last
  text = "";
  look = {tree: null, plain: null, problems: []};
  tree = null; // the last shape that could be drawn
  plain = null;
  notice = ""; // what has just become of the text
  unkept = false; // whether the browser has no room for what is not saved
  refusal = null; // why what was asked last was not done
  undone = [];
  redone = [];
  #page;
  #taken;
  #inHand = Promise.resolve();

  // `taken` is called when another text has come.
  constructor(page, taken) {
    this.#page = page;
    this.#taken = taken;
  }

  get saved() {
    return this.text === this.opened?.look.text;
  }

  // The number that publishing would give.
  get next() {
    return (this.opened.in_force?.version ?? 0) + 1;
  }

  // Asks the service about this text; a refusal is told above the tree.
  told(act) {
    return this.#page.told(act, (refusal) => Object.assign(this, {refusal}));
  }

  // Edits go one after the other, each on what the one before has left.
  inTurn(act) {
    const done = this.#inHand.then(act);
    this.#inHand = done.catch(() => {});
    return done;
  }

  // What the service makes of a text and of these edits of it.
  lookAt(text, edits = []) {
    return this.#page.ask("/tree/look", {text, edits});
  }

  // Another file is on the page from now on; nothing of the one before is left.
  async begin(opened, notice) {
    Object.assign(this, {undone: [], redone: [], tree: null, plain: null, notice});
    this.took(opened);
    const unsaved = kept(opened.tree);
    this.take(opened.look);
    if (unsaved && unsaved.text !== this.text) await this.#restore(unsaved);
  }

  // What was not saved when this page was closed last comes back; it stays kept until it is here.
  async #restore(unsaved) {
    keep(this.opened.tree, unsaved);
    const look = await this.lookAt(unsaved.text);
    this.replace(look, unsaved.hash === this.opened.hash ? "restored" : "restored_over_changed");
  }

  // The file is now as `opened` tells.
  took(opened) {
    this.opened = opened;
    history.replaceState(null, "", `?tree=${encodeURIComponent(opened.tree)}`);
  }

  // A text that was looked at becomes the page's own.
  take(look) {
    const {tree, hash} = this.opened;
    Object.assign(this, {look, text: look.text});
    if (look.tree) Object.assign(this, {tree: look.tree, plain: look.plain});
    if (this.saved) forget(tree);
    this.unkept = !this.saved && !keep(tree, {hash, text: this.text});
    this.#taken();
  }

  // Another text comes in place of `before`, which can be had back; what had been undone cannot be redone any more.
  replace(look, notice = "", before = this.text) {
    if (before !== look.text) Object.assign(this, {undone: [...this.undone, before], redone: []});
    this.notice = notice;
    this.take(look);
  }

  // Undoes from "undone" to "redone", and the other way round.
  async turn(from, to) {
    const look = await this.lookAt(this[from].at(-1));
    this[to].push(this.text);
    this[from].pop();
    this.notice = "";
    this.take(look);
  }
}
