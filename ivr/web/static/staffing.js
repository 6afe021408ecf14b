// How many people: the load as it was measured, any other load, and what so many lines do to it.
import {html, nothing} from "./html.js";
import {Page, refused} from "./page.js";
import {chart} from "./parts/chart.js";
import {asTable, count, dayOf, duration, field, Latest, percent, period, query, remember, remembered, rounded, select, share, table} from "./parts/report.js";
import {day, learn, pick, say, time, words} from "./words.js";
import en from "./words/en/staffing.js";
import ru from "./words/ru/staffing.js";
import reportEn from "./words/en/report.js";
import reportRu from "./words/ru/report.js";

learn({ru, en});
learn({ru: reportRu, en: reportEn});

const asked = remembered(["department", "days", "first", "last"]);
const given = remembered(["calls", "talk", "lines", "away"]);
const loads = new Latest();
const plans = new Latest();
let measured = null;
let plan = null;
let loadRefusal = null;
let planRefusal = null;
let language = null;
let typed = false; // whether anything was written in the form

const page = new Page({
  title: () => words().nav.staffing,
  skip: () => words().report.skip,
  main,
  help: () => [[["Enter"], words().staffing.keys.count], [["Tab"], words().report.help]],
});

function main() {
  const t = words().staffing;
  if (plan && language !== document.documentElement.lang) queueMicrotask(reckon);
  return html`<main id="main">
    <section class="verdict" aria-live="polite" aria-labelledby="verdict">
      <h1 class="say" id="verdict">${plan ? plan.said.verdict[0] : say(words().nav.staffing)}</h1>
      ${plan ? plan.said.verdict.slice(1).map((text) => html`<p class="prose">${text}</p>`) : nothing}
    </section>
    ${form(t)}
    ${refused(planRefusal, t.problems(planRefusal?.detail))}
    ${plan ? figures(t) : nothing}
    ${load(t)}
  </main>`;
}

function form(t) {
  const input = (id, mode) => html`<input id=${id} name=${id} .value=${given[id] ?? ""} inputmode=${mode} maxlength="40" autocomplete="off" required @input=${() => (typed = true)}>`;
  return html`<form class="asked" @submit=${submitted}>
    ${field("calls", t.calls, input("calls", "decimal"))}
    ${field("talk", t.talk, input("talk", "decimal"))}
    ${field("lines", t.lines, input("lines", "numeric"))}
    ${field("away", t.away, input("away", "decimal"))}
    <button class="main-key" type="submit"><kbd>Enter</kbd> ${say(t.count)}</button>
  </form>`;
}

function figures(t) {
  const {rule, enough, curve} = plan;
  const places = curve.map((one) => one.lines);
  const line = (of, name, tone, more) => ({values: curve.map((one) => one[of]), name: say(name), tone, ...more});
  const marks = [{at: rule.lines, words: say(t.mark_rule(rule.lines))}];
  if (enough.lines !== rule.lines) marks.push({at: enough.lines, words: say(t.mark_enough(enough.lines))});
  const columns = [
    {name: t.people, of: (one) => html`${count(one.lines)} <small>${say(mark(t, one.lines))}</small>`},
    {name: t.busy, num: true, of: (one) => percent(one.blocking, 1)},
    {name: t.waiting, num: true, of: (one) => percent(one.waiting, 1)},
    {name: t.in_time, num: true, of: (one) => percent(one.within_20_s, 1)},
    {name: t.wait, num: true, of: (one) => duration(one.average_wait_s)},
    {name: t.roster, num: true, of: (one) => count(one.roster)},
  ];
  return html`<section aria-labelledby="curve-title"><h2 id="curve-title">${say(t.curve)}</h2>
    <p class="quiet">${plan.said.load.join(" ")}</p>
    ${chart({
      id: "curve-chart",
      label: say(t.chart(rule.lines, percent(rule.blocking, 1), enough.lines, percent(enough.blocking, 1))),
      x: places,
      xs: (n) => (Number.isInteger(n) ? count(n) : ""),
      ys: (n) => percent(n),
      range: [0, 1],
      wholes: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000],
      lines: [line("blocking", t.busy, "ink", {width: 3}), line("waiting", t.waiting, "accent", {width: 2}), line("within_20_s", t.in_time, "ink-2", {width: 2, dash: [4, 4]})],
      marks,
      read: (n) => say(t.read(places[n], percent(curve[n].blocking, 1), percent(curve[n].waiting, 1), percent(curve[n].within_20_s, 1))),
    })}
    ${table(t.curve, columns, near(curve, rule.lines, enough.lines), {current: (one) => one.lines === rule.lines})}
    ${asTable(table(t.curve, columns, curve), t.all_rows)}
    <p class="quiet notes">${plan.said.goals} ${say(t.models)}</p>
  </section>`;
}

const mark = (t, people) => (people === plan.rule.lines ? t.is_rule : people === plan.enough.lines ? t.is_enough : "");

// The rows that matter: those of the rule and of enough, with a neighbour on each side.
function near(curve, ...wanted) {
  const places = wanted.map((lines) => curve.findIndex((one) => one.lines === lines));
  return curve.filter((_, n) => places.some((place) => Math.abs(n - place) <= 1));
}

function load(t) {
  const change = (more) => {
    Object.assign(asked, more);
    measure();
  };
  const departments = measured?.departments ?? [];
  return html`<section aria-labelledby="load-title"><h2 id="load-title">${say(t.measured)}</h2>
    <form class="asked" @submit=${(event) => event.preventDefault()}>
      ${departments.length > 1 ? field("department", t.department, select("department", measured.department, departments.map((one) => [one.id, pick(one.name)]), (department) => change({department}))) : nothing}
      ${period({...asked, shown: measured}, change)}
      ${measured?.load.handling ? html`<button class="tool" type="button" id="take" @click=${take}>${say(t.take)}</button>` : nothing}
    </form>
    ${refused(loadRefusal, {...words().report.problems, ...t.problems()})}
    ${measured ? busiest(t) : nothing}</section>`;
}

function busiest(t) {
  const {load: found, first, last} = measured;
  if (!found.busiest) return html`<p class="empty">${say(t.no_calls)}</p>`;
  const head = measured.departments.find((one) => one.id === measured.department);
  return html`<dl class="facts load">
      <div><dt>${say(t.busiest)}</dt><dd>${say(t.calls_in(count(found.busiest), `${day(found.busiest_at)}, ${time(found.busiest_at)}`))}</dd></div>
      <div><dt>${say(t.daily_peak)}</dt><dd>${say(t.a_hour(rounded(found.daily_peak)))}</dd></div>
      <div><dt>${say(t.handling)}</dt><dd>${say(t.parts(duration(found.handling), duration(found.total.talk), duration(found.wrap_up)))}</dd></div>
      <div><dt>${say(t.headcount)}</dt><dd>${say(t.has(head.headcount, head.lines))}</dd></div>
      <div><dt>${say(t.answered)}</dt><dd>${share(found.total.answered, found.total.offered)}, ${say(t.lost(found.total.refused, found.total.gone))}</dd></div>
      <div><dt>${say(t.waited)}</dt><dd>${say(t.waits(duration(found.total.wait), duration(found.total.wait_of_all)))}</dd></div>
    </dl>
    ${table(t.hours(dayOf(first), dayOf(last)), [
      {name: t.hour, of: (one) => `${String(one.hour).padStart(2, "0")}:00`},
      {name: t.a_day, num: true, of: (one) => rounded(one.a_day)},
      {name: t.answered, num: true, of: (one) => share(one.waits.answered, one.waits.offered)},
      {name: t.refused, num: true, of: (one) => count(one.waits.refused)},
      {name: t.wait_answered, num: true, of: (one) => duration(one.waits.wait)},
      {name: t.wait_all, num: true, of: (one) => duration(one.waits.wait_of_all)},
      {name: t.talked, num: true, of: (one) => duration(one.waits.talk)},
    ], found.hours)}`;
}

const plain = (n) => n.toLocaleString(words().locale, {maximumFractionDigits: 1, useGrouping: false});

function take() {
  const head = measured.departments.find((one) => one.id === measured.department);
  Object.assign(given, {calls: plain(measured.load.busiest), talk: plain(measured.load.handling), lines: String(Math.max(1, head.headcount)), away: given.away ?? "0"});
  reckon();
}

function submitted(event) {
  event.preventDefault();
  for (const [name, value] of new FormData(event.target)) given[name] = String(value).trim();
  reckon();
}

async function reckon() {
  language = document.documentElement.lang;
  remember({...asked, ...given});
  await page.told(async () => {
    plan = await plans.of(page.ask(`/staffing/plan?${query({calls: "", talk: "", lines: "", ...given, away: given.away || "0", lang: language})}`)) ?? plan;
  }, (refusal) => {
    planRefusal = refusal;
  });
}

async function measure() {
  remember({...asked, ...given});
  await page.told(async () => {
    measured = await loads.of(page.ask(`/staffing/load?${query({...asked, days: asked.first ? undefined : asked.days})}`)) ?? measured;
  }, (refusal) => {
    loadRefusal = refusal;
  });
}

async function begin() {
  page.start();
  await measure();
  if (given.calls) await reckon();
  else if (measured?.load.handling && !typed) take();
}

begin();
