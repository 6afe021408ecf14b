// The tree drawn top to bottom, a column a path; the node that is edited has its form in its place.
import {html, nothing, svg} from "../html.js";
import {clicked} from "../parts/shapes.js";
import {pick, say} from "../words.js";
import {field} from "./field.js";
import {problemsOf} from "./layout.js";

const MOST_COLUMNS = 24;

export function canvas(v) {
  const {plan} = v;
  const long = plan.columns > MOST_COLUMNS;
  return html`<div class="tree ${long ? "long" : ""}" data-columns=${Math.min(plan.columns, MOST_COLUMNS)}>${drawn(plan.root, 1, v)}</div>${aside(v)}`;
}

function drawn(node, number, v) {
  return {question: asked, outcome: ended, link: linked, missing: nowhere}[node.kind](node, number, v);
}

// A button that opens the node, or the form that is open in its place, and what is wrong with it.
export function spot(node, kind, inner, v) {
  const {form} = v;
  if (form?.node.key === node.key) return editor(node, v);
  const wrong = problemsOf(planned(node, v), v.problems);
  return html`<button class=${kind} type="button" data-node=${node.key} tabindex=${v.selected === node.key ? "0" : "-1"} aria-describedby=${wrong.length ? `why-${node.key}` : nothing} @focus=${() => v.act.select(node.key)} @click=${() => v.act.edit(node.key)}>${inner}</button>${wrong.length && firstOf(node, v) ? complaint(wrong, `why-${node.key}`, v) : nothing}`;
}

const planned = (node, v) => v.plan.nodes.find(({key}) => key === node.key) ?? node;

// An outcome that is drawn more than once complains once.
const firstOf = (node, v) => node.kind !== "outcome" || v.plan.nodes.find(({kind, id}) => kind === "outcome" && id === node.id)?.key === node.key;

export function complaint(wrong, id, v) {
  return html`<div class="problem" id=${id}><b>${say(v.t.problem(wrong.length))}</b>${wrong.map(({message, mend}) => html`<p>${sentence(message)}${mend.en ? html` <span>${sentence(mend)}</span>` : nothing}</p>`)}</div>`;
}

function sentence(words) {
  const text = pick(words);
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : "";
}

function editor(node, v) {
  const {form, t} = v;
  const wrong = form.problems;
  return html`<form class="edit" data-form @submit=${v.act.commit} novalidate>
    <p class="label">${say(t.kinds[node.kind])}</p>
    ${form.fields.map((one, n) => field(one, form.values, t, {first: n === 0, change: v.act.change, wrong: false}))}
    <div aria-live="polite">${wrong.length ? complaint(wrong, "why-form", v) : nothing}${form.others ? html`<p class="label">${say(t.elsewhere(form.others))}</p>` : nothing}${form.refusal ? html`<div class="problem"><b>${say(t.problem(1))}</b><p>${say(form.refusal.words(t.refusals))}</p></div>` : nothing}</div>
    <p class="keys">
      <button class="tool" type="submit"><kbd>Enter</kbd> ${say(t.keep)}</button>
      <button class="tool" type="button" @click=${clicked(v.act.leave)}><kbd>Esc</kbd> ${say(t.leave)}</button>
      ${v.act.extras(node, t).map(([words, act]) => html`<button class="tool" type="button" @click=${clicked(act)}>${say(words)}</button>`)}
    </p>
  </form>`;
}

function asked(node, number, v) {
  const {question} = node;
  const kinds = v.t.asked[question.kind];
  const share = v.shares?.questions[node.id];
  const inner = html`${pick(question.ask)} <small>${say([v.t.question_number(number), kinds].filter(Boolean).join(", "))}</small>`;
  return html`${spot(node, "q", inner, v)}
    ${node.picks.length ? html`<ul class="picks">${node.picks.map((one) => html`<li>${spot(one, "by-key", html`<span class="quiet">${say(v.t.pick_mark)}</span> <span>${pick(one.answer.say)}</span>${scale(one.answer, v)}`, v)}</li>`)}</ul>` : nothing}
    <ol class="branches">${node.branches.map((branch) => way(branch, number, share, v))}</ol>`;
}

function way(branch, number, share, v) {
  const walked = v.walked.has(branch.key);
  return html`<li data-paths=${branch.paths} class=${walked ? "walked" : ""}>${bar(portion(branch, share))}
    ${spot(branch, "by", said(branch, share, v), v)}
    ${drawn(branch.child, number + 1, v)}</li>`;
}

function portion(branch, share) {
  if (!share?.reached) return null;
  if (branch.kind !== "all" && !(branch.id in share.answers)) return null;
  const count = branch.kind === "all" ? share.reached - (share.answers.unknown ?? 0) : share.answers[branch.id];
  return {count, part: Math.min(1, count / share.reached)};
}

const bar = (own) => html`<svg class="share" width="100%" height="4" aria-hidden="true">${own ? svg`<rect width="${(own.part * 100).toFixed(1)}%" height="4" fill="currentColor"></rect>` : nothing}</svg>`;

function said(branch, share, v) {
  const own = portion(branch, share);
  const text = branch.kind === "answer" ? pick(branch.answer.say) : say(v.t.ways[branch.kind]);
  const small = own ? say(v.t.share(own.part, own.count)) : "";
  return html`${branch.cap ? html`<kbd>${branch.cap}</kbd>` : html`<span></span>`} <span>${text}${branch.kind === "answer" ? scale(branch.answer, v) : nothing}</span>${small ? html` <small class="num">${small}</small>` : nothing}`;
}

const scale = (answer, v) => (answer.scale ? html` <small class="scale">${say(v.t.scales[answer.scale])}</small>` : nothing);

function ended(node, _, v) {
  const one = v.tree.outcomes[node.id];
  return spot(node, "out", html`<span class="st ${one.owner === "client" ? "st-keep" : "st-sales"}">${say(v.t.ends(one))}</span> ${one.offers.map((id) => pick(v.titles[id] ?? {ru: id, en: id})).join(", ") || say(v.t.no_offer)}${one.why.ru ? html`<small>${pick(one.why)}</small>` : nothing}`, v);
}

function linked(node, _, v) {
  return html`<button class="out" type="button" data-node=${node.key} tabindex=${v.selected === node.key ? "0" : "-1"} @focus=${() => v.act.select(node.key)} @click=${() => v.act.go(`question:${node.id}`)}><span class="quiet">${say(v.t.drawn_elsewhere)}</span> ${pick(v.tree.questions[node.id].ask)}</button>`;
}

function nowhere(node, _, v) {
  return html`<p class="out" data-nowhere><span class="quiet">${say(v.t.nowhere(node.id))}</span></p>`;
}

// Questions and outcomes to which nothing leads.
function aside(v) {
  if (!v.plan.aside.length) return nothing;
  return html`<section class="aside" aria-labelledby="aside"><h2 id="aside">${say(v.t.aside)}</h2>
    <ul>${v.plan.aside.map((node) => html`<li>${spot(node, "out", html`${node.kind === "question" ? pick(v.tree.questions[node.id].ask) : html`<span class="st ${v.tree.outcomes[node.id].owner === "client" ? "st-keep" : "st-sales"}">${say(v.t.ends(v.tree.outcomes[node.id]))}</span> ${pick(v.tree.outcomes[node.id].why)}`}`, v)}</li>`)}</ul>
  </section>`;
}

// The rules above the tree.
export function rules(v) {
  return html`<section class="rules" aria-labelledby="rules"><h2 id="rules">${say(v.t.rules)}</h2>
    <ol>${v.plan.rules.map((node) => html`<li>${spot(node, "out", ruled(node, v), v)}</li>`)}</ol>
    <p class="keys"><button class="tool" type="button" @click=${clicked(v.act.addRule)}>${say(v.t.add_rule)}</button></p>
  </section>`;
}

function ruled({rule}, v) {
  const {tree, t} = v;
  const parts = Object.entries(rule.when).map(([name, when]) => {
    if (name === "account") return t.when_account;
    if (name === "scale") return t.scales[when];
    if (name === "volume") return t.when_volume(when.from, when.to);
    const question = tree.questions[name];
    const asked = question ? pick(question.ask) : name;
    if (when && typeof when === "object" && !Array.isArray(when)) return `${asked} ${t.when_span(when.from, when.to)}`;
    const ids = Array.isArray(when) ? when : [when];
    return `${asked} ${ids.map((id) => pick(question?.answers.find((one) => one.id === id)?.say ?? {ru: id, en: id})).join(", ")}`;
  });
  return html`${say(parts.join("; ") || t.always)} <span class="st ${rule.owner === "client" ? "st-keep" : "st-sales"}">${say(t.ends({owner: rule.owner, how: rule.how ?? "", aim: rule.aim ?? ""}))}</span>${rule.why ? html`<small>${pick(rule.why)}</small>` : nothing}`;
}
