// The node that is chosen, and the form that is open in its place: written in, checked, kept.
import {formOf} from "./forms.js";
import {LANGUAGES} from "./languages.js";
import {planOf, problemsOf} from "./layout.js";

const PAUSE = 250; // ms after the last letter

// A refusal is told in the form that it is about.
const within = (form) => (refusal) => Object.assign(form, {refusal});

export class Editing {
  selected = "tree";
  form = null; // {node, fields, values, edits, problems, others, refusal}
  #page;
  #draft;
  #trees;
  #checking = 0;
  #seen = 0;

  constructor(page, draft, trees) {
    this.#page = page;
    this.#draft = draft;
    this.#trees = trees;
  }

  get plan() {
    return planOf(this.#draft.tree, this.form?.node.key);
  }

  node(key) {
    return this.plan.nodes.find((one) => one.key === key);
  }

  begin() {
    clearTimeout(this.#checking);
    Object.assign(this, {selected: "tree", form: null});
  }

  open(key) {
    const node = this.node(key);
    const {tree, plain, look} = this.#draft;
    const made = node && formOf(node, {tree, plain, offers: this.#trees.offers, languages: LANGUAGES});
    if (!made) return;
    const problems = problemsOf(node, look.problems);
    Object.assign(this, {selected: key, form: {node, ...made, problems, others: 0, refusal: null}});
    this.#page.draw();
    document.querySelector("[data-form] [data-first]")?.focus();
  }

  change(name, value) {
    this.form.values = {...this.form.values, [name]: value};
    this.#page.draw();
    clearTimeout(this.#checking);
    this.#checking = setTimeout(() => this.#check(), PAUSE);
  }

  // What would be wrong if the form were kept as it is now.
  async #check() {
    const {form} = this;
    if (!form) return;
    const seen = (this.#seen += 1);
    await this.#page.told(async () => {
      const {problems} = await this.#draft.lookAt(this.#draft.text, form.edits(form.values));
      if (seen !== this.#seen) return;
      form.problems = problemsOf(form.node, problems);
      form.others = problems.length - form.problems.length;
    }, within(form));
  }

  // Whether the form says something else than the text.
  get written() {
    return this.form !== null && this.form.edits(this.form.values).length > 0;
  }

  // Keeps what is written in the form; tells whether nothing of it is left to be kept.
  commit() {
    clearTimeout(this.#checking);
    const {form} = this;
    return this.#draft.inTurn(() => form === null || form !== this.form || this.apply(form.edits(form.values), form.node.key));
  }

  leave(key = this.form?.node.key) {
    clearTimeout(this.#checking);
    this.form = null;
    this.#page.draw();
    this.focus(key);
  }

  // Tells whether the edits are made now.
  async apply(edits, focus) {
    if (!edits.length) {
      this.leave(focus);
      return true;
    }
    const {form} = this;
    return this.#page.told(async () => {
      const look = await this.#draft.lookAt(this.#draft.text, edits);
      this.form = null;
      this.#draft.replace(look);
      this.focus(focus ?? this.selected);
    }, within(form ?? this.#draft));
  }

  undo() {
    return this.#turned("undone", "redone");
  }

  redo() {
    return this.#turned("redone", "undone");
  }

  #turned(from, to) {
    const draft = this.#draft;
    return draft.inTurn(async () => {
      if (!draft[from].length) return;
      if (await draft.told(() => draft.turn(from, to))) this.form = null;
      this.focus(this.selected);
    });
  }

  focus(key) {
    if (key === undefined) return;
    this.selected = key;
    this.#page.draw();
    const spotted = [...document.querySelectorAll("[data-node]")].find((one) => one.dataset.node === key);
    (spotted ?? document.querySelector("[data-node]"))?.focus();
  }
}
