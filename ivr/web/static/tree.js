// The tree's page: one text, edited node by node or as it is; checked, tried, compared, published.
import {html, nothing} from "./html.js";
import {isField} from "./keys.js";
import {Page, refused} from "./page.js";
import {clicked, mainKey, tool} from "./parts/shapes.js";
import {Refusal} from "./plain.js";
import {beginning, renaming} from "./tree/beginning.js";
import {canvas, complaint, rules, spot} from "./tree/canvas.js";
import {changes} from "./tree/changes.js";
import * as edit from "./tree/edits.js";
import {formOf} from "./tree/forms.js";
import {layout, neighbour, problemsOf} from "./tree/layout.js";
import {faulty, reloading, versions} from "./tree/overlays.js";
import {trial, trialKey} from "./tree/trial.js";
import {day, learn, pick, say, time, words} from "./words.js";
import deskEn from "./words/en/desk.js";
import en from "./words/en/tree.js";
import deskRu from "./words/ru/desk.js";
import ru from "./words/ru/tree.js";

learn({ru: deskRu, en: deskEn});
learn({ru, en});

const PAUSE = 250; // ms after the last letter
const LONG_PAUSE = 900;
const LANGUAGES = {ru: ru.author.made, en: en.author.made};

class Author {
  page = new Page(this);
  trees = [];
  offers = [];
  opened = null;
  text = "";
  look = {tree: null, plain: null, problems: []};
  tree = null; // the last shape that could be drawn
  plain = null;
  undone = [];
  redone = [];
  fresh = {}; // what the form of a new tree holds
  selected = "tree";
  form = null;
  raw = false;
  rawLook = null;
  shares = null;
  changes = {text: null, told: null, refusal: null};
  trial = {moves: [], told: null, marks: new Set(), key: false, blocked: false};
  refusal = null;
  notice = "";
  overRefusal = null;
  reloaded = null;
  #seen = 0;
  #inHand = Promise.resolve();

  async start() {
    this.page.start();
    await this.told(async () => {
      const {trees, offers} = await this.page.ask("/tree/drafts");
      Object.assign(this, {trees, offers});
      const asked = new URLSearchParams(location.search).get("tree");
      const first = trees.includes(asked) ? asked : trees[0];
      if (first) await this.open(first);
    });
  }

  title() {
    return this.tree ? words().author.page_title(pick(this.tree.title)) : words().nav.tree;
  }

  skip() {
    return words().author.skip;
  }

  help() {
    return words().author.help;
  }

  // Edits go one after the other, each on what the one before has left.
  inTurn(act) {
    const done = this.#inHand.then(act);
    this.#inHand = done.catch(() => {});
    return done;
  }

  // Runs what asks the service, and tells whether it was done; a refusal is told on the page.
  async told(act, where = "refusal") {
    this[where] = null;
    let done = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      done = false;
      this[where] = error.problem === "faulty" ? faulty(error, words().author) : refused(error, words().author.refusals);
    }
    this.page.draw();
    return done;
  }

  async open(name) {
    await this.begun(await this.page.ask(`/tree/drafts/${encodeURIComponent(name)}`));
  }

  // Another tree is on the page from now on; nothing of the one before is left.
  async begun(opened, notice = "") {
    clearTimeout(this.checking);
    Object.assign(this, {undone: [], redone: [], tree: null, plain: null, raw: false, selected: "tree"});
    Object.assign(this, {form: null, shares: null, notice, trial: {...this.trial, moves: [], told: null}});
    this.took(opened);
    const kept = JSON.parse(localStorage.getItem(this.#shelf) ?? "null");
    this.take(opened.look);
    if (kept && kept.text !== this.text) await this.#unsaved(kept);
    this.page.ask(`/tree/shares/${encodeURIComponent(opened.tree)}`).then((shares) => {
      if (this.opened.tree !== opened.tree) return;
      this.shares = shares;
      this.page.draw();
    }, () => {});
  }

  took(opened) {
    this.opened = opened;
    history.replaceState(null, "", `?tree=${encodeURIComponent(opened.tree)}`);
  }

  // What was not saved when this page was closed last comes back, if the file is still the same.
  async #unsaved(kept) {
    const before = this.text;
    this.take(await this.page.ask("/tree/look", {text: kept.text}));
    this.#past(before);
    this.notice = kept.hash === this.opened.hash ? "restored" : "restored_over_changed";
    this.page.draw();
  }

  get #shelf() {
    return `linetree-draft-${this.opened.tree}`;
  }

  get saved() {
    return this.text === this.opened?.look.text;
  }

  // A text that was looked at becomes the page's own.
  take(look) {
    this.look = look;
    this.text = look.text;
    if (look.tree) Object.assign(this, {tree: look.tree, plain: look.plain});
    if (this.saved) localStorage.removeItem(this.#shelf);
    else localStorage.setItem(this.#shelf, JSON.stringify({hash: this.opened.hash, text: this.text}));
    this.changes = {...this.changes, told: null, refusal: null};
    this.page.draw();
    this.walk();
    clearTimeout(this.comparing);
    this.comparing = setTimeout(() => this.compare(), this.saved ? 0 : LONG_PAUSE);
  }

  async compare() {
    const {text} = this;
    if (this.look.problems.length) return;
    try {
      const told = await this.page.ask("/tree/changes", {text});
      if (text === this.text) this.changes = {text, told, refusal: null};
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.changes = {text, told: null, refusal: error.words(words().author.refusals)};
    }
    this.page.draw();
  }

  async walk(moves = this.trial.moves) {
    this.trial.blocked = this.look.problems.length > 0;
    this.trial.moves = moves;
    if (this.trial.blocked) return this.page.draw();
    const sent = {text: this.text, moves, key: this.trial.key};
    try {
      const told = await this.page.ask("/tree/try", sent);
      if (sent.text !== this.text || moves !== this.trial.moves) return undefined;
      Object.assign(this.trial, {told, moves: moves.slice(0, told.kept), marks: new Set()});
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trial.blocked = true;
    }
    return this.page.draw();
  }

  // --- edits ---

  // Tells whether the edits are made now.
  async apply(edits, focus) {
    if (!edits.length) {
      this.leave(focus);
      return true;
    }
    const done = await this.told(async () => {
      const look = await this.page.ask("/tree/look", {text: this.text, edits});
      this.#past(this.text);
      this.notice = "";
      this.form = null;
      this.take(look);
      this.focus(focus ?? this.selected);
    }, this.form ? "formRefusal" : "refusal");
    if (this.form) this.form.refusal = this.formRefusal;
    this.page.draw();
    return done;
  }

  // A text that was left behind; what had been undone before it cannot be redone any more.
  #past(text) {
    this.undone.push(text);
    this.redone = [];
  }

  undo() {
    return this.inTurn(() => this.#turnBack(this.undone, this.redone));
  }

  redo() {
    return this.inTurn(() => this.#turnBack(this.redone, this.undone));
  }

  async #turnBack(from, to) {
    const text = from.at(-1);
    if (text === undefined) return;
    await this.told(async () => {
      const look = await this.page.ask("/tree/look", {text});
      to.push(this.text);
      from.pop();
      Object.assign(this, {form: null, notice: ""});
      this.take(look);
    });
    if (!this.raw) this.focus(this.selected);
  }

  edit(key) {
    const node = this.node(key);
    const made = node && formOf(node, this.about());
    if (!made) return;
    this.selected = key;
    this.form = {node, ...made, problems: problemsOf(node, this.look.problems), others: 0, refusal: null};
    this.page.draw();
    document.querySelector("[data-form] [data-first]")?.focus();
  }

  change(name, value) {
    this.form.values = {...this.form.values, [name]: value};
    this.page.draw();
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.check(), PAUSE);
  }

  // What would be wrong if the form were kept as it is now.
  async check() {
    const {form} = this;
    if (!form) return;
    const seen = (this.#seen += 1);
    try {
      const look = await this.page.ask("/tree/look", {text: this.text, edits: form.edits(form.values)});
      if (seen !== this.#seen || this.form !== form) return;
      form.problems = problemsOf(form.node, look.problems);
      form.others = look.problems.length - form.problems.length;
      form.refusal = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (this.form === form) form.refusal = error.words(words().author.refusals);
    }
    this.page.draw();
  }

  commit(event) {
    event?.preventDefault();
    clearTimeout(this.checking);
    const {form} = this;
    return this.inTurn(() => form !== null && form === this.form && this.apply(form.edits(form.values), form.node.key));
  }

  leave(key) {
    clearTimeout(this.checking);
    const focus = key ?? this.form?.node.key;
    this.form = null;
    this.page.draw();
    this.focus(focus);
  }

  // What else can be done at a node: [words, act].
  extras(node) {
    const t = words().author;
    const add = [t.add_answer, () => this.add(node)];
    const away = [t.remove, () => this.remove(node)];
    const onward = [[t.insert_question, () => this.insert(node)], [t.new_outcome_here, () => this.newOutcome(node)]];
    const around = [[t.earlier, () => this.shift(node, -1)], [t.later, () => this.shift(node, 1)]];
    switch (node.kind) {
      case "question":
        return this.tree.questions[node.id].kind === "text" ? [away] : [add, away];
      case "answer":
        return [...(node.then ? onward : []), ...(this.tree.questions[node.question].kind === "number" ? [] : around), away];
      case "all":
      case "skip":
        return [...onward, ...(node.kind === "skip" ? [away] : [])];
      case "outcome":
        return node.key.startsWith("aside") ? [away] : [];
      case "rule":
        return [...around, away];
      default:
        return [];
    }
  }

  // An act on a node, which may be another one by the time that it is its turn, or none.
  #on(key, act) {
    return this.inTurn(() => {
      const node = this.node(key);
      return node && act(node);
    });
  }

  async #opening({edits, focus}) {
    if (await this.apply(edits, focus)) this.edit(focus);
  }

  add({key}) {
    return this.#on(key, (node) => {
      const question = node.kind === "question" ? this.tree.questions[node.id] : node.question && this.tree.questions[node.question];
      return question && question.kind !== "text" && this.#opening(edit.addAnswer(this.tree, question, LANGUAGES));
    });
  }

  #leads = (node) => (node.kind === "answer" ? [...node.place, "then"] : node.place);

  insert({key}) {
    return this.#on(key, (node) => this.#opening(edit.insertQuestion(this.tree, this.#leads(node), node.then, LANGUAGES)));
  }

  newOutcome({key}) {
    return this.#on(key, (node) => this.#opening(edit.newOutcome(this.tree, this.#leads(node), `${node.question}/${node.id}`, LANGUAGES, this.offers)));
  }

  remove({key}) {
    return this.#on(key, (node) => {
      const edits = {
        question: () => edit.dropQuestion(this.tree, node.id),
        answer: () => edit.dropAnswer(this.tree, this.plain, this.tree.questions[node.question], node.index),
        skip: () => [edit.drop(node.place)],
        outcome: () => (node.key.startsWith("aside") ? [edit.drop(node.place)] : []),
        rule: () => [edit.drop(this.tree.rules.length === 1 ? ["rules"] : node.place)],
      }[node.kind]?.() ?? [];
      return edits.length && this.apply(edits, node.parent ?? "tree");
    });
  }

  // A rule goes by its number: the one that was moved last is the one that is moved again.
  shift({key, kind}, by) {
    return this.inTurn(() => {
      const node = this.node(kind === "rule" ? this.selected : key);
      if (!node) return undefined;
      const count = node.kind === "rule" ? this.tree.rules.length : this.tree.questions[node.question]?.answers.length ?? 0;
      const to = node.index + by;
      const ranged = node.kind === "answer" && this.tree.questions[node.question].kind === "number";
      if (!["answer", "rule"].includes(node.kind) || ranged || to < 0 || to >= count) return undefined;
      return this.apply([edit.move(node.place, to)], node.kind === "rule" ? `rule:${to}` : node.key);
    });
  }

  addRule() {
    return this.inTurn(() => {
      const rule = {when: {scale: "large"}, owner: "sales", how: "transfer", aim: "meeting"};
      const {rules: old} = this.tree;
      const edits = [old.length ? edit.put(["rules", old.length], rule) : edit.put(["rules"], [rule])];
      return this.#opening({edits, focus: `rule:${old.length}`});
    });
  }

  // --- trees ---

  #openBeginning(draw, fresh) {
    Object.assign(this, {overRefusal: null, fresh});
    this.page.show(() => draw({...this.above(), tree: this.tree, fresh: this.fresh, act: {...this.act, begin: () => this.begin(draw)}}));
  }

  fill(name, value) {
    const {fresh} = this;
    fresh[name] = value;
    fresh.named ||= name === "name";
    if (name === "en" && !fresh.named) fresh.name = edit.freeName(value, this.trees, "tree");
    this.page.draw();
  }

  // A new tree, or this one by another name.
  begin(draw) {
    const {fresh, opened} = this;
    const anew = draw === beginning;
    const name = (fresh.name ?? "").trim();
    return this.told(async () => {
      const made = anew
        ? await this.page.ask("/tree/new", {tree: name, title: {ru: fresh.ru, en: fresh.en}, text: fresh.copy ? this.text : ""})
        : await this.page.ask("/tree/rename", {tree: opened.tree, hash: opened.hash, to: name});
      this.trees = (await this.page.ask("/tree/drafts")).trees;
      this.page.close();
      await this.begun(made, anew ? "begun" : "renamed");
      this.focus("tree");
    }, "overRefusal");
  }

  // --- saving and publishing ---

  save() {
    return this.told(async () => {
      const opened = await this.page.ask("/tree/save", {tree: this.opened.tree, hash: this.opened.hash, text: this.text});
      this.took(opened);
      this.notice = "saved";
      this.take(opened.look);
    });
  }

  get publishable() {
    const {told, text} = this.changes;
    if (this.look.problems.length) return "faults";
    if (!this.saved) return "unsaved";
    if (!told || text !== this.text) return "reckoning";
    return told.same ? "same" : "";
  }

  publish() {
    if (this.publishable) return undefined;
    return this.told(async () => {
      this.took(await this.page.ask("/tree/publish", {tree: this.opened.tree, hash: this.opened.hash}));
      this.notice = "published";
      this.take(this.opened.look);
    });
  }

  back(version) {
    return this.told(async () => {
      this.took(await this.page.ask("/tree/back", {tree: this.opened.tree, version}));
      this.notice = "back";
      this.page.close();
      this.take(this.look);
    }, "overRefusal");
  }

  takeVersion(version) {
    return this.told(async () => {
      const look = await this.page.ask(`/tree/versions/${encodeURIComponent(this.opened.tree)}/${version}`);
      this.#past(this.text);
      this.notice = "taken";
      this.page.close();
      this.take(look);
    }, "overRefusal");
  }

  reload() {
    this.reloaded = null;
    return this.told(async () => {
      this.reloaded = await this.page.ask("/tree/reload", {});
      this.offers = (await this.page.ask("/tree/drafts")).offers;
      this.take(await this.page.ask("/tree/look", {text: this.text}));
    }, "overRefusal");
  }

  reopen() {
    const mine = this.text;
    return this.told(async () => {
      const opened = await this.page.ask(`/tree/drafts/${encodeURIComponent(this.opened.tree)}`);
      this.took(opened);
      this.notice = mine === opened.look.text ? "" : "reopened";
      if (mine !== opened.look.text) this.#past(mine);
      this.take(opened.look);
    });
  }

  // --- drawing ---

  get rules() {
    return this.tree.rules.map((rule, index) => ({key: `rule:${index}`, kind: "rule", index, rule, place: ["rules", index], parent: "tree", depth: 1}));
  }

  get head() {
    return {key: "tree", kind: "tree", place: [], depth: -1};
  }

  // The head, the rules, then the tree: the order of the arrows.
  get plan() {
    const made = layout(this.tree, this.form?.node.key);
    const nodes = [this.head, ...this.rules, ...made.nodes.map((one) => ({...one, depth: one.depth + 1}))];
    return {...made, nodes};
  }

  node(key) {
    return this.plan.nodes.find((one) => one.key === key);
  }

  about() {
    return {tree: this.tree, plain: this.plain, offers: this.offers, languages: LANGUAGES};
  }

  // What lies above the page needs no tree that can be drawn.
  above() {
    return {t: words().author, opened: this.opened, overRefusal: this.overRefusal, reloaded: this.reloaded, act: this.act};
  }

  view() {
    const plan = this.plan;
    const path = this.trial.told?.path ?? [];
    const walked = new Set(plan.nodes.filter((node) => path.some(([question, answer]) => node.question === question && node.id === answer)).map(({key}) => key));
    if (!plan.nodes.some(({key}) => key === this.selected)) this.selected = "tree";
    return {
      ...this.about(),
      t: words().author,
      plan,
      rules: this.rules,
      opened: this.opened,
      look: this.look,
      problems: this.look.problems,
      form: this.form,
      selected: this.selected,
      shares: this.shares,
      changes: this.changes,
      trial: this.trial,
      walked,
      overRefusal: this.overRefusal,
      reloaded: this.reloaded,
      titles: Object.fromEntries(this.offers.map(({id, title}) => [id, title])),
      act: this.act,
    };
  }

  act = {
    select: (key) => {
      this.selected = key;
    },
    edit: (key) => this.edit(key),
    go: (key) => this.focus(key),
    change: (name, value) => this.change(name, value),
    commit: (event) => this.commit(event),
    leave: () => this.leave(),
    extras: (node) => this.extras(node),
    addRule: () => this.addRule(),
    back: (version) => this.back(version),
    takeVersion: (version) => this.takeVersion(version),
    reload: () => this.reload(),
    closeOver: () => this.page.close(),
    fill: (name, value) => this.fill(name, value),
    trial: {
      answer: (given) => this.walk([...this.trial.moves, {question: this.trial.told.question.id, given}]),
      mark: (id) => {
        const {marks} = this.trial;
        this.trial.marks = new Set(marks.has(id) ? [...marks].filter((one) => one !== id) : [...marks, id]);
        this.page.draw();
      },
      sendMarks: () => this.trial.marks.size && this.act.trial.answer([...this.trial.marks].join(",")),
      typed: (input) => {
        const given = input.value.trim();
        if (!given) return;
        input.value = "";
        input.blur();
        this.act.trial.answer(given);
      },
      skip: () => this.walk([...this.trial.moves, {question: this.trial.told.question.id, given: null}]),
      back: () => this.walk(this.trial.moves.slice(0, -1)),
      again: () => this.walk([]),
      key: (on) => {
        this.trial.key = on;
        this.walk();
      },
    },
  };

  main() {
    const t = words().author;
    if (!this.opened) return html`<main id="main"><section class="canvas"><h1>${say(words().nav.tree)}</h1>${this.refusal ?? html`<p class="quiet" role="status">${say(this.trees.length ? words().opening : t.none)}</p>`}<p class="keys tools">${this.#trees(t)}</p></section></main>`;
    const drawn = this.tree !== null && !this.raw;
    const v = this.tree ? this.view() : {t, look: this.look, problems: this.look.problems, changes: this.changes};
    return html`<main id="main" data-listens>
      <section class="canvas" aria-labelledby="tree-title">
        ${this.#head(t, v)}
        ${this.refusal ? html`${this.refusal}${this.#mend(t)}` : nothing}
        ${drawn ? html`${rules(v)}${canvas(v)}` : this.#rawView(t)}
      </section>
      <div class="side">
        ${this.tree ? trial(v) : nothing}
        <section aria-labelledby="publish"><h2 id="publish">${say(t.changes.title(this.#next))}</h2>
          ${changes(v)}
          ${this.#publishing(t)}
        </section>
      </div>
    </main>`;
  }

  get #next() {
    return (this.opened.versions[0]?.version ?? 0) + 1;
  }

  #head(t, v) {
    const {opened} = this;
    const now = opened.versions[0];
    const wrong = problemsOf(this.head, this.look.problems);
    const state = this.notice ? t.notices[this.notice](this.#next - 1) : this.saved ? t.saved_at(`${day(opened.saved_at)}, ${time(opened.saved_at)}`) : t.unsaved;
    return html`<header class="tree-head">
        ${this.tree && !this.raw ? this.#titled(t, v) : html`<h1 id="tree-title">${this.tree ? pick(this.tree.title) : opened.tree}</h1>`}
        <p class="quiet"><span role="status">${say(state)}</span> ${now ? say(t.in_force(now.version, day(now.published_at))) : say(t.never)} ${this.shares?.calls ? say(t.shares_of(this.shares.days, this.shares.calls)) : nothing}</p>
      </header>
      <p class="keys tools">
        ${tool("Ctrl S", t.save, () => this.save(), {off: this.saved || this.look.problems.length > 0})}
        ${tool("Ctrl Z", t.undo, () => this.undo(), {off: !this.undone.length})}
        ${tool("Ctrl Y", t.redo, () => this.redo(), {off: !this.redone.length})}
        <button class="tool" type="button" @click=${clicked(() => this.page.show(() => versions(this.above())))}>${say(t.versions.open)}</button>
        <button class="tool" type="button" @click=${clicked(() => this.#openReload())}>${say(t.reload.open)}</button>
        <button class="tool" type="button" aria-pressed=${String(this.raw)} @click=${clicked(() => this.#turn())}>${say(t.raw)}</button>
        ${this.#trees(t)}
      </p>
      ${wrong.length && this.form?.node.kind !== "tree" ? complaint(wrong, "why-tree", {t}) : nothing}`;
  }

  // Which tree it is, another one, a new one.
  #trees(t) {
    const now = this.opened?.tree;
    const choose = async (list) => {
      if (!await this.told(() => this.open(list.value)) && now) list.value = now;
    };
    const fresh = {ru: "", en: "", name: "", copy: false, named: false};
    return html`${this.trees.length > 1 || !now ? html`<label class="quiet" for="which">${say(t.which)}</label> <select id="which" @change=${(event) => choose(event.target)}>${now ? nothing : html`<option value="" selected></option>`}${this.trees.map((one) => html`<option value=${one} ?selected=${one === now}>${one}</option>`)}</select>` : nothing}
        <button class="tool" type="button" @click=${clicked(() => this.#openBeginning(beginning, fresh))}>${say(t.beginning.open)}</button>
        ${now && this.saved && !this.opened.versions.length ? html`<button class="tool" type="button" @click=${clicked(() => this.#openBeginning(renaming, {name: now}))}>${say(t.renaming.open)}</button>` : nothing}`;
  }

  #titled(t, v) {
    return html`<div class="title"><h1 id="tree-title" class="unseen">${this.title()}</h1>${spot(this.head, "q title", html`${say(t.page_title(pick(this.tree.title)))}`, {...v, problems: []})}</div>`;
  }

  #openReload() {
    Object.assign(this, {overRefusal: null, reloaded: null});
    this.page.show(() => reloading(this.above()));
  }

  // A file that a hand has changed meanwhile is opened anew; what was typed here can be had back.
  #mend(t) {
    return html`<p class="keys"><button class="tool" type="button" @click=${clicked(() => this.reopen())}>${say(t.reopen)}</button></p>`;
  }

  #turn() {
    this.raw = !this.raw;
    this.form = null;
    this.page.draw();
    if (this.raw) document.getElementById("raw")?.focus();
  }

  #rawView(t) {
    const all = this.look.problems;
    return html`<div class="field raw"><label for="raw">${say(t.raw_label(this.opened.file))}</label>
      <textarea id="raw" spellcheck="false" autocomplete="off" rows="30" .value=${this.text} aria-invalid=${all.length ? "true" : nothing} aria-describedby=${all.length ? "why-raw" : nothing} @input=${(event) => this.#typed(event.target.value)}></textarea></div>
      <div aria-live="polite">${all.length ? html`<div class="problem" id="why-raw"><b>${say(t.problem(all.length))}</b>${all.map((one) => html`<p>${one.line ? `${one.line}:${one.column} ` : ""}${pick(one.message)}${one.mend.en ? html`; ${pick(one.mend)}` : nothing}</p>`)}</div>` : nothing}</div>`;
  }

  #typed(text) {
    clearTimeout(this.checking);
    this.text = text;
    this.checking = setTimeout(async () => {
      try {
        const look = await this.page.ask("/tree/look", {text});
        if (this.text !== text) return;
        if (this.look.text !== text) this.#past(this.look.text);
        this.notice = "";
        this.take(look);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.refusal = refused(error, words().author.refusals);
        this.page.draw();
      }
    }, PAUSE);
  }

  #publishing(t) {
    const why = this.publishable;
    return html`<div class="publish">${mainKey(t.publish(this.#next), () => this.publish(), {cap: "Ctrl Enter", off: Boolean(why), why: why ? t.not_yet[why] : ""})}</div>`;
  }

  // --- keys ---

  focus(key) {
    if (key === undefined) return;
    this.selected = key;
    this.page.draw();
    const spotted = [...document.querySelectorAll("[data-node]")].find((one) => one.dataset.node === key);
    (spotted ?? document.querySelector("[data-node]"))?.focus();
  }

  key(event) {
    if (!this.opened || this.page.open) return false;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const here = document.activeElement;
    if (control && event.code === "KeyS") return did(async () => (!this.form || await this.commit()) && this.inTurn(() => this.save()));
    if (control && (event.code === "Enter" || event.code === "NumpadEnter")) return did(() => this.publish());
    if (this.form && here.closest("[data-form]")) return this.#inForm(event, here, plain);
    if (isField(here)) return plain && event.code === "Escape" && did(() => here.blur());
    if (control && event.code === "KeyZ") return did(() => this.undo());
    const again = (control && event.code === "KeyY") || ((event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey && event.code === "KeyZ");
    if (again) return did(() => this.redo());
    if (!this.tree || this.raw) return false;
    return this.#onNode(event, here, plain) || (plain && trialKey(event, this.view()));
  }

  #inForm(event, here, plain) {
    if (plain && event.code === "Escape") return did(() => this.leave());
    const enters = event.code === "Enter" || event.code === "NumpadEnter";
    if (plain && enters && here.matches("textarea, input, select")) return did(() => this.commit());
    return false;
  }

  #onNode(event, here, plain) {
    const node = this.node(here.dataset?.node);
    const arrow = /^Arrow|^Home$|^End$/.test(event.code);
    if (plain && arrow) {
      const key = node ? neighbour(this.plan, node.key, event.code) : this.selected;
      return (node || here === document.body) && did(() => this.focus(key));
    }
    if (!node) return false;
    if (event.altKey && !event.ctrlKey && (event.code === "ArrowLeft" || event.code === "ArrowRight")) return did(() => this.shift(node, event.code === "ArrowLeft" ? -1 : 1));
    if (plain && event.code === "Insert") return did(() => this.add(node));
    if (plain && event.code === "Delete") return did(() => this.remove(node));
    return false;
  }
}

function did(act) {
  act();
  return true;
}

new Author().start();
