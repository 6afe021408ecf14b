// The tree's page: one text, edited node by node or as it is; checked, tried, compared, published.
import {Page} from "./page.js";
import {Draft} from "./tree/draft.js";
import {Editing} from "./tree/editing.js";
import {pressed} from "./tree/keys.js";
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

let shares = null; // how often each answer was given

const page = new Page({
  title: () => (draft.tree ? words().author.page_title(pick(draft.tree.title)) : words().nav.tree),
  skip: () => words().author.skip,
  help: () => words().author.help,
  main: () => drawn(parts, view),
  key: (event) => pressed(event, parts),
});
const draft = new Draft(page, taken);
const trees = new Trees(page, draft, begin);
const editing = new Editing(page, draft, trees);
const nodes = nodeActs(draft, editing, trees);
const raw = new Raw(page, draft, editing);
const trying = new Trying(page, draft);
const publishing = new Publishing(page, draft, editing);
const versions = new Versions(page, draft);
const reload = new Reload(page, draft, trees);
const parts = {draft, editing, nodes, page, publishing, raw, reload, trees, trying, versions};

// What the drawn tree and its trial may do.
const act = {
  select: (key) => {
    editing.selected = key;
  },
  edit: (key) => editing.open(key),
  go: (key) => editing.focus(key),
  change: (name, value) => editing.change(name, value),
  commit: (event) => {
    event.preventDefault();
    editing.commit();
  },
  leave: () => editing.leave(),
  extras: nodes.extras,
  addRule: nodes.addRule,
  trial: trying.act,
};

// Another tree is on the page from now on; the keys go on at its title where one has just been made.
async function begin(opened, notice = "") {
  shares = null;
  raw.begin();
  editing.begin();
  trying.begin();
  await draft.begin(opened, notice);
  readShares(opened.tree);
  if (notice) editing.focus("tree");
}

// The page does without them when they do not come.
function readShares(tree) {
  return page.told(async () => {
    const told = await page.ask(`/tree/shares/${encodeURIComponent(tree)}`);
    if (draft.opened.tree === tree) shares = told;
  }, () => {});
}

// Another text is on the page from now on.
function taken() {
  publishing.taken();
  page.draw();
  trying.walk();
}

// What a drawn tree is drawn from.
function view() {
  const {plan, form} = editing;
  const path = trying.told?.path ?? [];
  if (!plan.nodes.some(({key}) => key === editing.selected)) editing.selected = "tree";
  return {
    t: words().author,
    act,
    changes: publishing.changes,
    form,
    look: draft.look,
    plan,
    problems: draft.look.problems,
    selected: editing.selected,
    shares,
    titles: Object.fromEntries(trees.offers.map(({id, title}) => [id, title])),
    tree: draft.tree,
    trial: trying,
    walked: new Set(plan.nodes.filter((node) => path.some(([question, answer]) => node.question === question && node.id === answer)).map(({key}) => key)),
  };
}

page.start();
draft.told(() => trees.start());
