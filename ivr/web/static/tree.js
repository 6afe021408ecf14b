// The tree's page: one text, edited node by node or as it is; checked, tried, compared, published.
import {Page} from "./page.js";
import {Refusal} from "./plain.js";
import {Draft} from "./tree/draft.js";
import {Editing} from "./tree/editing.js";
import {pressed} from "./tree/keys.js";
import {LANGUAGES} from "./tree/languages.js";
import {nodeActs} from "./tree/node_acts.js";
import {drawn} from "./tree/page.js";
import {Publishing} from "./tree/publishing.js";
import {Raw} from "./tree/raw.js";
import {Reload} from "./tree/reload.js";
import {Trees} from "./tree/trees.js";
import {Trying} from "./tree/trying.js";
import {Versions} from "./tree/versions.js";
import {learn, pick, words} from "./words.js";
import deskEn from "./words/en/desk.js";
import en from "./words/en/tree.js";
import deskRu from "./words/ru/desk.js";
import ru from "./words/ru/tree.js";

learn({ru: deskRu, en: deskEn});
learn({ru, en});

class Author {
  page = new Page(this);
  refusal = null;
  refusalAbove = null; // beside what lies above the page
  shares = null; // how often each answer was given
  draft = new Draft(this);
  editing = new Editing(this);
  trees = new Trees(this);
  nodes = nodeActs(this);
  raw = new Raw(this);
  trying = new Trying(this);
  publishing = new Publishing(this);
  versions = new Versions(this);
  reload = new Reload(this);

  // What the drawn tree and its trial may do.
  act = {
    select: (key) => {
      this.editing.selected = key;
    },
    edit: (key) => this.editing.open(key),
    go: (key) => this.editing.focus(key),
    change: (name, value) => this.editing.change(name, value),
    commit: (event) => {
      event.preventDefault();
      this.editing.commit();
    },
    leave: () => this.editing.leave(),
    extras: this.nodes.extras,
    addRule: this.nodes.addRule,
    trial: this.trying.act,
  };

  start() {
    this.page.start();
    return this.told(() => this.trees.start());
  }

  tell = (refusal) => {
    this.refusal = refusal;
  };

  tellAbove = (refusal) => {
    this.refusalAbove = refusal;
  };

  // Runs what asks the service, and gives whether it was done; a refusal is told where it was asked.
  async told(act, tell = this.tell) {
    tell(null);
    let done = true;
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      done = false;
      tell(refusal);
    }
    this.page.draw();
    return done;
  }

  // Another tree is on the page from now on.
  async begin(opened, notice = "") {
    this.shares = null;
    this.raw.begin();
    this.editing.begin();
    this.trying.begin();
    await this.draft.begin(opened, notice);
    this.#readShares(opened.tree);
  }

  // The page does without them when they do not come.
  #readShares(tree) {
    this.page.ask(`/tree/shares/${encodeURIComponent(tree)}`).then((shares) => {
      if (this.draft.opened.tree !== tree) return;
      this.shares = shares;
      this.page.draw();
    }, () => {});
  }

  // Another text is on the page from now on.
  taken() {
    this.publishing.taken();
    this.page.draw();
    this.trying.walk();
  }

  // What is still written in a form is saved with the rest.
  async save() {
    if (!this.editing.form || await this.editing.commit()) await this.draft.inTurn(() => this.publishing.save());
  }

  about() {
    return {tree: this.draft.tree, plain: this.draft.plain, offers: this.trees.offers, languages: LANGUAGES};
  }

  // What a drawn tree is drawn from.
  view() {
    const {draft, editing, trying} = this;
    const {plan} = editing;
    const path = trying.told?.path ?? [];
    const walked = new Set(plan.nodes.filter((node) => path.some(([question, answer]) => node.question === question && node.id === answer)).map(({key}) => key));
    if (!plan.nodes.some(({key}) => key === editing.selected)) editing.selected = "tree";
    return {
      ...this.about(),
      t: words().author,
      act: this.act,
      changes: this.publishing.changes,
      form: editing.form,
      look: draft.look,
      plan,
      problems: draft.look.problems,
      selected: editing.selected,
      shares: this.shares,
      titles: Object.fromEntries(this.trees.offers.map(({id, title}) => [id, title])),
      trial: trying,
      walked,
    };
  }

  title() {
    const {tree} = this.draft;
    return tree ? words().author.page_title(pick(tree.title)) : words().nav.tree;
  }

  skip() {
    return words().author.skip;
  }

  help() {
    return words().author.help;
  }

  main() {
    return drawn(this);
  }

  key(event) {
    return pressed(event, this);
  }
}

new Author().start();
