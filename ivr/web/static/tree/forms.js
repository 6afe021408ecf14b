// What can be edited at each node: its fields with their values, and the edits that these make.
import {border, put, texts, turnKind, value} from "./edits.js";

const both = (name, text) => ({[`${name}.ru`]: text?.ru ?? "", [`${name}.en`]: text?.en ?? ""});
const back = (name, values) => ({ru: values[`${name}.ru`].trim(), en: values[`${name}.en`].trim()});

const pair = (name, label, {big = false, optional = false} = {}) => ["ru", "en"].map((code) => ({name: `${name}.${code}`, label: `${label}_${code}`, kind: big ? "area" : "line", optional, lang: code}));

// {fields, values, edits(values)} of a node, or null where there is nothing to edit.
export function formOf(node, v) {
  const make = {question, answer, all: way, skip: way, outcome, rule, tree: whole}[node.kind];
  return make ? make(node, v) : null;
}

const targets = (tree, own) => [
  ...Object.values(tree.questions).filter(({id}) => id !== own).map(({id, ask}) => ({value: id, text: ask, group: "questions"})),
  ...Object.values(tree.outcomes).map(({id, why, owner}) => ({value: id, text: Object.keys(why).length ? why : {ru: id, en: id}, group: owner})),
];

const select = (name, options, more = {}) => ({name, label: name, kind: "select", options, ...more});
const choice = (name, values) => select(name, values.map((one) => ({value: one, word: `${name}_${one || "none"}`})));

function question(node, {tree, plain, languages}) {
  const one = tree.questions[node.id];
  const here = ["questions", node.id];
  const onward = one.kind === "several" || one.kind === "text";
  const fields = [
    ...pair("ask", "ask", {big: true}),
    ...pair("hint", "hint", {optional: true}),
    choice("kind", ["choice", "number", "several", "text"]),
    ...(one.kind === "number" ? [...pair("unit", "unit", {optional: true}), choice("measures", ["volume", "scale", "nothing"])] : []),
    ...(one.kind === "text" ? [{name: "longest", label: "longest", kind: "number"}] : []),
    ...(onward ? [select("then", targets(tree, node.id))] : []),
    select("unknown", [{value: "", word: "unknown_none"}, ...targets(tree, node.id)]),
  ];
  const values = {...both("ask", one.ask), ...both("hint", one.hint), ...both("unit", one.unit), kind: one.kind, measures: one.measures, longest: String(one.longest || ""), then: one.then, unknown: one.unknown};
  const edits = (now) => {
    const common = [...texts([...here, "ask"], one.ask, back("ask", now)), ...texts([...here, "hint"], one.hint, back("hint", now), {optional: true}), ...value([...here, "unknown"], one.unknown, now.unknown)];
    if (now.kind !== one.kind) return [...common, ...turnKind(plain, one, now.kind, languages)];
    return [
      ...common,
      ...(one.kind === "number" ? [...texts([...here, "unit"], one.unit, back("unit", now), {optional: true}), ...(now.measures !== one.measures ? [put([...here, "measures"], now.measures)] : [])] : []),
      ...(one.kind === "text" ? value([...here, "text", "longest"], values.longest, now.longest.trim()) : []),
      ...(onward ? value([...here, "then"], one.then, now.then) : []),
    ];
  };
  return {fields, values, edits};
}

function answer(node, {tree, plain}) {
  const one = tree.questions[node.question];
  const {answer: said, place} = node;
  const ranged = one.kind === "number";
  const own = ranged ? (said.own_say ? said.say : {}) : said.say;
  const fields = [
    ...(ranged ? [{name: "to", label: "to", kind: "line"}] : []),
    ...pair("say", ranged ? "range_say" : "say", {optional: ranged}),
    choice("scale", ["", "private", "small", "large"]),
    ...(one.kind === "several" ? [] : [select("then", targets(tree, node.question))]),
  ];
  const values = {to: said.high, ...both("say", own), scale: said.scale, then: said.then};
  const edits = (now) => [
    ...(ranged ? border(plain, one, node.index, said.high, now.to.trim().replace(",", ".")) : []),
    ...texts([...place, "say"], own, back("say", now), {optional: ranged}),
    ...value([...place, "scale"], said.scale, now.scale),
    ...(one.kind === "several" ? [] : value([...place, "then"], said.then, now.then)),
  ];
  return {fields, values, edits};
}

function way(node, {tree}) {
  const none = node.kind === "skip" ? [{value: "", word: "unknown_none"}] : [];
  return {
    fields: [select("then", [...none, ...targets(tree, node.question)])],
    values: {then: node.then},
    edits: (now) => value(node.place, node.then, now.then),
  };
}

const END = () => [choice("owner", ["client", "sales"]), choice("how", ["transfer", "callback"]), choice("aim", ["talk", "meeting"])];

// How and aim belong to sales alone.
function ending(here, before, now) {
  if (now.owner === "client") return [...value([...here, "owner"], before.owner, "client"), ...value([...here, "how"], before.how, ""), ...value([...here, "aim"], before.aim, "")];
  return [...value([...here, "owner"], before.owner, "sales"), ...value([...here, "how"], before.how, now.how), ...value([...here, "aim"], before.aim, now.aim)];
}

const same = (one, two) => one.length === two.length && one.every((id, n) => id === two[n]);

function outcome(node, {tree, offers}) {
  const one = tree.outcomes[node.id];
  const here = ["outcomes", node.id];
  const fields = [{name: "offers", label: "offers", kind: "checks", options: offers.map(({id, title}) => ({value: id, text: title}))}, ...END(), ...pair("why", "why", {optional: true}), ...pair("say", "words", {big: true, optional: true})];
  const values = {offers: [...one.offers], owner: one.owner, how: one.how || "transfer", aim: one.aim || "talk", ...both("why", one.why), ...both("say", one.say)};
  const edits = (now) => [
    ...(same(now.offers, one.offers) ? [] : [put([...here, "offer"], now.offers)]),
    ...ending(here, one, now),
    ...texts([...here, "why"], one.why, back("why", now), {optional: true}),
    ...texts([...here, "say"], one.say, back("say", now), {optional: true}),
  ];
  return {fields, values, edits};
}

// A rule's conditions on questions: one list of answers, or numbers from and to.
function rule(node, {tree, offers}) {
  const old = node.rule;
  const asked = Object.values(tree.questions).filter(({kind}) => kind !== "text");
  const volume = asked.some(({measures}) => measures === "volume");
  const fields = [
    {name: "account", label: "rule_account", kind: "check"},
    choice("scale", ["", "private", "small", "large"]),
    ...(volume ? [{name: "volume", label: "rule_volume", kind: "span"}] : []),
    ...asked.map((one) => (one.kind === "number" ? {name: `on.${one.id}`, text: one.ask, kind: "span"} : {name: `on.${one.id}`, text: one.ask, kind: "checks", options: one.answers.map(({id, say}) => ({value: id, text: say}))})),
    ...END(),
    ...pair("why", "why", {optional: true}),
    {name: "offers", label: "rule_offers", kind: "checks", options: offers.map(({id, title}) => ({value: id, text: title}))},
  ];
  const {when} = old;
  const on = Object.fromEntries(asked.map((one) => [`on.${one.id}`, one.kind === "number" ? spanOf(when[one.id]) : listOf(when[one.id])]));
  const values = {account: Boolean(when.account), scale: when.scale ?? "", volume: spanOf(when.volume), ...on, owner: old.owner, how: old.how || "transfer", aim: old.aim || "talk", ...both("why", old.why), offers: [...(old.offer ?? [])]};
  const edits = (now) => {
    const here = node.place;
    const changed = !alike(whenOf(values, asked), whenOf(now, asked));
    return [
      ...(changed ? [put([...here, "when"], whenOf(now, asked))] : []),
      ...ending(here, {owner: old.owner, how: old.how ?? "", aim: old.aim ?? ""}, now),
      ...texts([...here, "why"], old.why ?? {}, back("why", now), {optional: true}),
      ...(same(now.offers, values.offers) ? [] : now.offers.length ? [put([...here, "offer"], now.offers)] : [{do: "drop", place: [...here, "offer"]}]),
    ];
  };
  return {fields, values, edits};
}

const alike = (one, two) => JSON.stringify(one) === JSON.stringify(two);
const listOf = (when) => (when === undefined ? [] : Array.isArray(when) ? [...when] : typeof when === "string" ? [when] : []);
const spanOf = (when) => ({from: when?.from ?? "", to: when?.to ?? ""});

function whenOf(values, asked) {
  const when = {};
  if (values.account) when.account = "key";
  if (values.scale) when.scale = values.scale;
  const span = ({from, to}) => ({...(from ? {from} : {}), ...(to ? {to} : {})});
  if (values.volume?.from || values.volume?.to) when.volume = span(values.volume);
  for (const {id} of asked) {
    const own = values[`on.${id}`];
    if (Array.isArray(own)) {
      if (own.length) when[id] = own.length === 1 ? own[0] : own;
    } else if (own.from || own.to) when[id] = span(own);
  }
  return when;
}

function whole(_, {tree}) {
  return {
    fields: [...pair("title", "title"), select("first", Object.values(tree.questions).map(({id, ask}) => ({value: id, text: ask})))],
    values: {...both("title", tree.title), first: tree.first},
    edits: (now) => [...texts(["title"], tree.title, back("title", now)), ...value(["first"], tree.first, now.first)],
  };
}
