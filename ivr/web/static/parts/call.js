// One past call: how it was decided and by whom, what was answered, and what happened when.
import {html, nothing} from "../html.js";
import {day, exactTime, phone, pick, say, time, words} from "../words.js";
import {duration, table} from "./report.js";
import {fact} from "./shapes.js";

export function callTold(told) {
  const {call, why} = told.report;
  const t = words().past;
  return html`<header class="call-head"><h2 class="lift" id="call-title">${headline(t, call, why)}</h2>
      <p>${who(t, call, why)}</p>
      <p class="quiet">${day(call.offered_at)}, <time>${exactTime(call.offered_at)}</time>. ${say(ending(t, told))}</p>
      ${call.note ? html`<dl class="facts stack">${fact(t.note, call.note)}</dl>` : nothing}</header>
    ${why ? reasons(t, told) : html`<p class="quiet">${say(call.not_enquiry ? (t.others[call.not_enquiry] ?? t.others.other) : t.no_walk)}</p>`}
    ${told.report.promises.map((one) => promise(t, told, one))}
    ${ledger(t, told)}`;
}

const name = (told, id) => (told.people[id] ? pick(told.people[id]) : id);

// A sentence for each way, so that nothing is glued together.
function headline(t, call, why) {
  if (!why) return say(t.heads.nothing);
  const done = why.done;
  if (!done) return say(t.heads.undecided);
  if (why.overridden) return say(done.owner === "sales" ? t.heads.passed_by_hand : t.heads.kept_by_hand);
  return say((done.owner === "sales" ? t.heads.passed : t.heads.kept)[done.why] ?? t.heads.passed.tree);
}

function who(t, call, why) {
  const number = call.number ? phone(call.number) : call.raw_number || say(t.withheld);
  const parts = [call.company, call.name].filter(Boolean);
  return html`${parts.length ? html`${parts.map((part) => html`<b>${part}</b>, `)}` : nothing}<span class="num">${number}</span> ${why?.key_account ? html`<span class="st st-key">${say(t.key_account)}</span>` : nothing}`;
}

function ending(t, told) {
  const {call, talked} = told.report;
  if (call.refusal) return t.refusals[call.refusal] ?? t.ends.refused;
  const talks = Object.entries(talked).map(([person, seconds]) => t.talked(name(told, person), duration(seconds)));
  return [`${t.ends[call.end] ?? call.end}.`, ...talks].join(" ");
}

function reasons(t, told) {
  const {why} = told.report;
  return html`<section aria-labelledby="why-title"><h3 id="why-title">${say(t.why)}</h3>
    <dl class="facts reasons">
      ${why.itself ? fact(t.tree_says, decision(t, told, why.itself)) : nothing}
      ${why.rule ? fact(t.rule(why.rule.number), rule(t, why.rule)) : nothing}
      ${why.overridden ? fact(t.by_hand, html`${say(t.otherwise_by(name(told, why.who) || "—"))} <q>${why.reason || "—"}</q>`) : nothing}
      ${why.done ? fact(t.done, decision(t, told, why.done)) : fact(t.done, say(t.heads.undecided))}
      ${fact(t.account_flag, say(why.key_account ? t.key_yes : t.key_no))}
      ${fact(t.scale, say(t.scales[why.scale] ?? t.scales.none))}
      ${fact(t.version, html`${why.title ? pick(why.title) : why.tree}, ${say(t.version_of(why.version))}${why.published_at ? html`, ${say(t.published(day(why.published_at), name(told, why.published_by)))}` : nothing}`)}
    </dl>
    ${why.fits ? nothing : html`<p>${say(t.no_fit)}</p>`}
    ${answers(t, t.answers, why.answers)}
    ${why.remarks.length ? answers(t, t.remarks, why.remarks) : nothing}
    ${why.withdrawn.length ? html`<div class="withdrawn">${answers(t, t.withdrawn, why.withdrawn)}</div>` : nothing}
  </section>`;
}

function decision(t, told, one) {
  const offers = one.offers.map((offer) => (told.offers[offer] ? pick(told.offers[offer]) : offer)).join(", ");
  const way = one.owner === "sales" ? t.ways[`${one.how || "transfer"}_${one.aim || "talk"}`] : t.way.client;
  return html`<span class="st st-${one.owner === "sales" ? "sales" : "keep"}">${say(way)}</span>
    <span>${one.because ? pick(one.because) : say(t.voices[one.why] ?? "")}</span>
    <small class="block">${one.outcome || say(t.department_only)}${offers ? `: ${offers}` : ""}</small>`;
}

function rule(t, one) {
  const conditions = [
    ...(one.account ? [say(t.key_account)] : []),
    ...(one.scale ? [`${say(t.scale)}: ${say(t.scales[one.scale])}`] : []),
    ...one.conditions.map((met) => `${met.question ? pick(met.question) : say(t.volume)} — ${met.answers.length ? met.answers.map(pick).join(", ") : range(t, met)}`),
  ];
  return html`${conditions.map((text) => html`<span class="block">${text}</span>`)}`;
}

const range = (t, {low, high}) => (low === null ? t.up_to(high) : high === null ? t.from(low) : `${low}–${high}`);

function answers(t, title, list) {
  if (!list.length) return nothing;
  return html`<h4 class="label">${say(title)}</h4>
    <ol class="given">${list.map((one) => html`<li><span class="quiet">${pick(one.asked)}</span> <b>${pick(one.say)}</b> ${one.words ? html`<q>${one.words}</q>` : nothing}
      <small class="num">${one.at ? exactTime(one.at) : ""}${one.took === null ? "" : `, ${say(t.took(duration(one.took)))}`}</small></li>`)}</ol>`;
}

function promise(t, told, {promise: one, attempts}) {
  return html`<section aria-labelledby=${`p-${one.id}`}><h3 id=${`p-${one.id}`}>${say(t.promise)}</h3>
    <dl class="facts reasons">
      ${fact(t.stands, say(one.result ? t.results[one.result] ?? one.result : t.states[one.state] ?? one.state))}
      ${fact(t.owner, one.owner ? name(told, one.owner) : say(t.team))}
      ${fact(t.promised, html`${day(one.made_at)}, ${time(one.made_at)}, ${name(told, one.agent)}`)}
      ${one.due_at && !one.closed_at ? fact(t.due, html`${day(one.due_at)}, ${time(one.due_at)}`) : nothing}
      ${one.talked ? fact(t.talk, duration(one.talked)) : nothing}
      ${one.note ? fact(t.note, one.note) : nothing}
    </dl>
    ${attempts.length ? table(t.attempts, [
      {name: t.when, of: (row) => html`${day(row.made_at)}, ${time(row.made_at)}`},
      {name: t.person, of: (row) => name(told, row.person)},
      {name: t.result, of: (row) => say(t.dials[row.result] ?? row.result)},
      {name: t.talk, num: true, of: (row) => (row.talked ? duration(row.talked) : "—")},
    ], attempts) : nothing}</section>`;
}

function ledger(t, told) {
  const rows = told.report.ledger;
  if (!rows.length) return nothing;
  const department = (id) => (told.departments[id] ? pick(told.departments[id]) : id);
  return html`<section aria-labelledby="ledger-title"><h3 id="ledger-title">${say(t.ledger)}</h3>
    ${table(t.ledger, [
      {name: t.when, of: (row) => html`<time>${exactTime(row.began_at)}</time>`},
      {name: t.what, of: (row) => html`${say(t.kinds[row.kind] ?? row.kind)} <small class="block">${say(detail(t, row))}</small>`},
      {name: t.person, of: (row) => (row.person ? name(told, row.person) : department(row.department))},
      {name: t.how_long, num: true, of: (row) => (row.kind === "transferred" ? "—" : duration(row.ended_at - row.began_at))},
    ], rows)}</section>`;
}

function detail(t, row) {
  if (row.kind === "transferred") {
    const [how, ...to] = row.detail.split(":");
    return t.transferred(t.transfers[how] ?? how, to.join(":"));
  }
  return t.details[row.detail] ?? row.detail;
}
