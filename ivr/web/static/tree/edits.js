// Changes of a tree as edits of its text: what to put, drop or move at which place.
export const put = (place, value) => ({do: "put", place, value});
export const drop = (place) => ({do: "drop", place});
export const move = (place, to) => ({do: "move", place, to});

const filled = (text) => Boolean(text?.ru || text?.en);

// A text in both languages; an optional one goes when nothing is left of it.
export function texts(place, before, after, {optional = false} = {}) {
  if (optional && !filled(after)) return filled(before) ? [drop(place)] : [];
  if (!filled(before) && optional) return [put(place, {ru: after.ru ?? "", en: after.en ?? ""})];
  return ["ru", "en"].filter((code) => (before[code] ?? "") !== (after[code] ?? "")).map((code) => put([...place, code], after[code] ?? ""));
}

export function value(place, before, after) {
  if ((before ?? "") === (after ?? "")) return [];
  return after ? [put(place, after)] : [drop(place)];
}

// A name that is free, made of words in English.
export function freeName(words, taken, fallback) {
  const bare = words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 30) || fallback;
  const names = new Set([...taken, "unknown", "account", "scale", "volume"]);
  if (!names.has(bare)) return bare;
  let n = 2;
  while (names.has(`${bare}-${n}`)) n += 1;
  return `${bare}-${n}`;
}

const nodesOf = (tree) => [...Object.keys(tree.questions), ...Object.keys(tree.outcomes)];
const firstThen = (question) => question.answers.find(({then}) => then)?.then ?? question.then;

// One more answer after the others; it leads where the last one leads.
export function addAnswer(tree, question, words) {
  const here = ["questions", question.id];
  const last = question.answers.at(-1);
  if (question.kind === "number") return addRange(here, question);
  const id = freeName("", question.answers.map((one) => one.id), `answer-${question.answers.length + 1}`);
  const say = {ru: words.ru.new_answer, en: words.en.new_answer};
  if (question.kind === "several") return {edits: [put([...here, "several", id], {say})], focus: `answer:${question.id}:${id}`};
  return {edits: [put([...here, "answers", id], {say, then: last?.then ?? Object.keys(tree.outcomes)[0]})], focus: `answer:${question.id}:${id}`};
}

function addRange(here, question) {
  const n = question.answers.length;
  const last = question.answers[n - 1];
  const border = Number(last.low) ? Number(last.low) * 2 - 1 : 9;
  const edits = [put([...here, "number", n - 1, "to"], String(border)), put([...here, "number", n], {then: last.then})];
  return {edits, focus: `question:${question.id}`};
}

export function dropAnswer(tree, plain, question, index) {
  const answer = question.answers[index];
  if (question.kind !== "number") return [drop(answer.place)];
  const here = ["questions", question.id, "number"];
  const ranges = plain.questions[question.id].number;
  const edits = [];
  if (index === ranges.length - 1 && index > 0 && ranges[index - 1].to) edits.push(drop([...here, index - 1, "to"]));
  if (ranges[index + 1]?.from && index > 0) edits.push(drop([...here, index + 1, "from"]));
  return [...edits, drop([...here, index])];
}

// The range after one whose border moves begins where it ends.
export function border(plain, question, index, before, after) {
  const here = ["questions", question.id, "number"];
  const next = plain.questions[question.id].number[index + 1];
  return [...value([...here, index, "to"], before, after), ...(before !== after && next?.from ? [drop([...here, index + 1, "from"])] : [])];
}

// A new question between an answer and where it led.
export function insertQuestion(tree, place, then, words) {
  const id = freeName("", nodesOf(tree), `question-${Object.keys(tree.questions).length + 1}`);
  const answer = (n) => ({say: {ru: words.ru.yes_no[n], en: words.en.yes_no[n]}, then});
  const question = {ask: {ru: words.ru.new_question, en: words.en.new_question}, answers: {yes: answer(0), no: answer(1)}};
  return {edits: [put(["questions", id], question), put(place, id)], focus: `question:${id}`};
}

export function newOutcome(tree, place, from, words, offers) {
  const id = freeName("", nodesOf(tree), `outcome-${Object.keys(tree.outcomes).length + 1}`);
  const outcome = {offer: offers.length ? [offers[0].id] : [], owner: "sales", how: "callback", aim: "talk", why: {ru: words.ru.new_outcome, en: words.en.new_outcome}};
  return {edits: [put(["outcomes", id], outcome), put(place, id)], focus: `outcome:${id}:${from}`};
}

// Take a question away: who came to it goes on to where its first answer led.
export function dropQuestion(tree, id) {
  const then = firstThen(tree.questions[id]);
  const edits = [];
  for (const one of Object.values(tree.questions)) {
    if (one.id === id) continue;
    if (one.unknown === id) edits.push(put(["questions", one.id, "unknown"], then));
    if (one.then === id) edits.push(put(["questions", one.id, "then"], then));
    for (const answer of one.answers) if (answer.then === id) edits.push(put([...answer.place, "then"], then));
  }
  if (tree.first === id && then in tree.questions) edits.push(put(["first"], then));
  return [...edits, drop(["questions", id])];
}

// The same question of another kind; answers are kept where both kinds have them.
export function turnKind(plain, question, kind, words) {
  const here = ["questions", question.id];
  const old = plain.questions[question.id];
  const then = firstThen(question);
  const gone = ["answers", "several", "number", "text", "then", "unit", "measures"].filter((key) => key in old).map((key) => drop([...here, key]));
  const kept = old.answers ?? old.several;
  const say = (n) => ({say: {ru: words.ru.yes_no[n], en: words.en.yes_no[n]}});
  const picks = kept ? Object.fromEntries(Object.entries(kept).map(([id, {then: _, ...rest}]) => [id, rest])) : {yes: say(0), no: say(1)};
  const made = {
    choice: () => [put([...here, "answers"], Object.fromEntries(Object.entries(picks).map(([id, one]) => [id, {...one, then}])))],
    several: () => [put([...here, "several"], picks), put([...here, "then"], then)],
    number: () => [put([...here, "number"], [{to: "9", then}, {then}])],
    text: () => [put([...here, "text"], {longest: "200"}), put([...here, "then"], then)],
  }[kind]();
  return [...gone, ...made];
}
