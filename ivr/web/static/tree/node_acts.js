// What may be done at a node beside writing in its form: answers, questions, outcomes and rules come and go.
import * as edit from "./edits.js";
import {LANGUAGES} from "./languages.js";

const leads = (node) => (node.kind === "answer" ? [...node.place, "then"] : node.place);

export function nodeActs(draft, editing, trees) {
  // An act on a node, which may be another one by the time that it is its turn, or none.
  const on = (key, act) => draft.inTurn(() => {
    const node = editing.node(key);
    return node && act(node);
  });

  async function opening({edits, focus}) {
    if (await editing.apply(edits, focus)) editing.open(focus);
  }

  const kindOf = (node) => draft.tree.questions[node.question]?.kind;

  const add = ({key}) => on(key, (node) => {
    const question = draft.tree.questions[node.kind === "question" ? node.id : node.question];
    return question && question.kind !== "text" && opening(edit.addAnswer(draft.tree, question, LANGUAGES));
  });

  const insert = ({key}) => on(key, (node) => opening(edit.insertQuestion(draft.tree, leads(node), node.then, LANGUAGES)));

  const newOutcome = ({key}) => on(key, (node) => opening(edit.newOutcome(draft.tree, leads(node), `${node.question}/${node.id}`, LANGUAGES, trees.offers)));

  const remove = ({key}) => on(key, (node) => {
    const {tree, plain} = draft;
    const edits = {
      question: () => edit.dropQuestion(tree, node.id),
      answer: () => edit.dropAnswer(tree, plain, tree.questions[node.question], node.index),
      skip: () => [edit.drop(node.place)],
      outcome: () => (node.key.startsWith("aside") ? [edit.drop(node.place)] : []),
      rule: () => [edit.drop(tree.rules.length === 1 ? ["rules"] : node.place)],
    }[node.kind]?.() ?? [];
    return edits.length && editing.apply(edits, node.parent ?? "tree");
  });

  // A rule goes by its number: the one that was moved last is the one that is moved again.
  const shift = ({key, kind}, by) => draft.inTurn(() => {
    const node = editing.node(kind === "rule" ? editing.selected : key);
    const count = {rule: () => draft.tree.rules.length, answer: () => (kindOf(node) === "number" ? 0 : draft.tree.questions[node.question].answers.length)}[node?.kind]?.() ?? 0;
    const to = (node?.index ?? 0) + by;
    if (to < 0 || to >= count) return undefined;
    return editing.apply([edit.move(node.place, to)], node.kind === "rule" ? `rule:${to}` : node.key);
  });

  const addRule = () => draft.inTurn(() => {
    const rule = {when: {scale: "large"}, owner: "sales", how: "transfer", aim: "meeting"};
    const {rules} = draft.tree;
    const edits = [rules.length ? edit.put(["rules", rules.length], rule) : edit.put(["rules"], [rule])];
    return opening({edits, focus: `rule:${rules.length}`});
  });

  // The buttons of a node's form: [words, act].
  function extras(node, t) {
    const away = [t.remove, () => remove(node)];
    const onward = [[t.insert_question, () => insert(node)], [t.new_outcome_here, () => newOutcome(node)]];
    const around = [[t.earlier, () => shift(node, -1)], [t.later, () => shift(node, 1)]];
    switch (node.kind) {
      case "question":
        return draft.tree.questions[node.id].kind === "text" ? [away] : [[t.add_answer, () => add(node)], away];
      case "answer":
        return [...(node.then ? onward : []), ...(kindOf(node) === "number" ? [] : around), away];
      case "all":
        return onward;
      case "skip":
        return [...onward, away];
      case "outcome":
        return node.key.startsWith("aside") ? [away] : [];
      case "rule":
        return [...around, away];
      default:
        return [];
    }
  }

  return {add, addRule, extras, remove, shift};
}
