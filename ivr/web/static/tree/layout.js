// The tree as it is drawn: every question once, a column a path, and the way between the nodes.

// Gives {root, nodes, columns, aside}: `nodes` in drawing order, each {key, kind, place, depth, parent}.
// `wide` is the key of the node that is being edited: it gets room for its form.
function layout(tree, wide = "") {
  const seen = new Set();
  const nodes = [];

  function note(node) {
    nodes.push(node);
    return node;
  }

  function target(id, parent, depth, by) {
    if (id in tree.questions) return seen.has(id) ? again(id, parent, depth, by) : question(id, parent, depth);
    const kind = id in tree.outcomes ? "outcome" : "missing";
    const key = `${kind}:${id}:${by}`;
    const node = note({key, kind, id, parent, depth, place: ["outcomes", id]});
    return {...node, paths: room(key, 1)};
  }

  function again(id, parent, depth, by) {
    const key = `link:${id}:${by}`;
    note({key, kind: "link", id, parent, depth, place: []});
    return {key, kind: "link", id, paths: 1};
  }

  function question(id, parent, depth) {
    seen.add(id);
    const key = `question:${id}`;
    const one = tree.questions[id];
    note({key, kind: "question", id, parent, depth, place: ["questions", id]});
    const picks = one.kind === "several" ? one.answers.map((answer, n) => leaf(one, answer, n, key, depth)) : [];
    const branches = ways(one).map((way) => branch(one, way, key, depth + 1));
    const paths = branches.reduce((sum, {paths: own}) => sum + own, 0) || 1;
    return {key, kind: "question", id, question: one, picks, branches, paths: room(key, paths)};
  }

  function leaf(one, answer, n, parent, depth) {
    const key = `answer:${one.id}:${answer.id}`;
    return note({key, kind: "answer", id: answer.id, question: one.id, answer, index: n, parent, depth: depth + 1, place: answer.place});
  }

  function branch(one, way, parent, depth) {
    // A range's id is made of its borders, which are what one edits: its place is its key.
    const key = `${way.kind}:${one.id}:${one.kind === "number" && way.kind === "answer" ? `#${way.index + 1}` : way.id}`;
    const node = note({key, kind: way.kind, id: way.id, question: one.id, answer: way.answer, index: way.index, then: way.then, parent, depth, place: way.place});
    const child = target(way.then, key, depth + 1, `${one.id}/${way.id}`);
    return {...node, cap: way.cap, child, paths: room(key, child.paths)};
  }

  // A form needs two columns.
  function room(key, paths) {
    return key === wide ? Math.max(paths, 2) : paths;
  }

  const root = target(tree.first, "tree", 0, "first");
  const aside = [
    ...Object.keys(tree.questions).filter((id) => !seen.has(id)).map((id) => ({kind: "question", id, place: ["questions", id]})),
    ...Object.keys(tree.outcomes).filter((id) => !nodes.some((one) => one.kind === "outcome" && one.id === id)).map((id) => ({kind: "outcome", id, place: ["outcomes", id]})),
  ].map((one) => note({...one, key: `aside:${one.kind}:${one.id}`, parent: "tree", depth: 0}));
  return {root, nodes, columns: root.paths, aside};
}

// The ways out of a question: its answers, or one for all of them, and the skip.
function ways(one) {
  const here = ["questions", one.id];
  const each = one.kind === "several" || one.kind === "text"
    ? [{kind: "all", id: "any", cap: "", then: one.then, place: [...here, "then"]}]
    : one.answers.map((answer, n) => ({kind: "answer", id: answer.id, cap: n < 9 ? String(n + 1) : "", then: answer.then, answer, index: n, place: answer.place}));
  const skip = one.unknown ? [{kind: "skip", id: "unknown", cap: "N", then: one.unknown, place: [...here, "unknown"]}] : [];
  return [...each, ...skip];
}

// The tree itself as a node, above all others.
export const HEAD = {key: "tree", kind: "tree", place: [], depth: -1};

const rulesOf = (tree) => tree.rules.map((rule, index) => ({key: `rule:${index}`, kind: "rule", index, rule, place: ["rules", index], parent: "tree", depth: 1}));

// The layout with the head and the rules above it: all nodes in the order of the arrows.
export function planOf(tree, wide) {
  const made = layout(tree, wide);
  const rules = rulesOf(tree);
  return {...made, rules, nodes: [HEAD, ...rules, ...made.nodes.map((one) => ({...one, depth: one.depth + 1}))]};
}

// Where an arrow leads from a node: up to its parent, down to its first child, sideways on its level.
export function neighbour({nodes}, key, code) {
  const index = nodes.findIndex((one) => one.key === key);
  const here = nodes[index];
  if (here === undefined) return nodes[0]?.key;
  const level = nodes.filter((one) => one.depth === here.depth);
  const at = level.indexOf(here);
  return {
    ArrowUp: here.parent,
    ArrowDown: nodes.find((one) => one.parent === key)?.key,
    ArrowLeft: level[at - 1]?.key,
    ArrowRight: level[at + 1]?.key,
    Home: nodes[0]?.key,
    End: level.at(-1)?.key,
  }[code];
}

const begins = (place, head) => head.length <= place.length && head.every((step, n) => place[n] === step);

// The problems that are a node's own, not those of its answers.
export function problemsOf(node, problems) {
  if (node.kind === "link") return [];
  if (node.kind === "tree") return problems.filter(({place}) => !["questions", "outcomes", "rules"].includes(place[0]));
  if (node.kind === "missing") return [];
  return problems.filter(({place}) => begins(place, node.place) && !(node.kind === "question" && deeper(place)));
}

function deeper(place) {
  return place[2] === "unknown" || place[2] === "then" || (["answers", "several", "number"].includes(place[2]) && place.length > 3);
}
