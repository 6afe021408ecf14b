// A walk through the draft as a call would take it: the keys pressed so far, and what the service says to them.
export class Trying {
  moves = []; // [{question, given}], a skip gives null
  told = null;
  marks = new Set();
  key = false; // whether a key account calls
  blocked = false;
  #page;
  #draft;

  constructor(page, draft) {
    this.#page = page;
    this.#draft = draft;
  }

  begin() {
    Object.assign(this, {moves: [], told: null});
  }

  walk(moves = this.moves) {
    const {text, look} = this.#draft;
    Object.assign(this, {moves, blocked: look.problems.length > 0});
    if (this.blocked) return this.#page.draw();
    return this.#page.told(async () => {
      const told = await this.#page.ask("/tree/try", {text, moves, key: this.key});
      if (text === this.#draft.text && moves === this.moves) Object.assign(this, {told, moves: moves.slice(0, told.kept), marks: new Set()});
    }, (refusal) => Object.assign(this, {blocked: refusal !== null}));
  }

  // What the keys of the desk do here.
  act = {
    answer: (given) => this.walk([...this.moves, {question: this.told.question.id, given}]),
    mark: (id) => {
      this.marks = new Set(this.marks.has(id) ? [...this.marks].filter((one) => one !== id) : [...this.marks, id]);
      this.#page.draw();
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
