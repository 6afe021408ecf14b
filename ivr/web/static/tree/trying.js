// A walk through the draft as a call would take it: the keys pressed so far, and what the service says to them.
import {Refusal} from "../plain.js";

export class Trying {
  moves = []; // [{question, given}], a skip gives null
  told = null;
  marks = new Set();
  key = false; // whether a key account calls
  blocked = false;
  #author;

  constructor(author) {
    this.#author = author;
  }

  begin() {
    Object.assign(this, {moves: [], told: null});
  }

  async walk(moves = this.moves) {
    const {draft, page} = this.#author;
    Object.assign(this, {moves, blocked: draft.look.problems.length > 0});
    if (this.blocked) return page.draw();
    const {text} = draft;
    try {
      const told = await page.ask("/tree/try", {text, moves, key: this.key});
      if (text !== draft.text || moves !== this.moves) return undefined;
      Object.assign(this, {told, moves: moves.slice(0, told.kept), marks: new Set()});
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.blocked = true;
    }
    return page.draw();
  }

  // What the keys of the desk do here.
  act = {
    answer: (given) => this.walk([...this.moves, {question: this.told.question.id, given}]),
    mark: (id) => {
      this.marks = new Set(this.marks.has(id) ? [...this.marks].filter((one) => one !== id) : [...this.marks, id]);
      this.#author.page.draw();
    },
    sendMarks: () => this.marks.size && this.act.answer([...this.marks].join(",")),
    typed: (input) => {
      const given = input.value.trim();
      if (!given) return;
      input.value = "";
      input.blur();
      this.act.answer(given);
    },
    skip: () => this.act.answer(null),
    back: () => this.walk(this.moves.slice(0, -1)),
    again: () => this.walk([]),
    key: (on) => {
      this.key = on;
      this.walk();
    },
  };
}
