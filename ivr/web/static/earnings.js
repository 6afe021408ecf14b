// What the tree earns: each question and answer in figures, and the clients' own words.
import {html, nothing} from "./html.js";
import {Page, refused} from "./page.js";
import {chart} from "./parts/chart.js";
import {asTable, count, dayOf, duration, field, figures, Latest, period, query, remember, remembered, select, share, stroke, table} from "./parts/report.js";
import {learn, pick, say, words} from "./words.js";
import en from "./words/en/earnings.js";
import ru from "./words/ru/earnings.js";
import reportEn from "./words/en/report.js";
import reportRu from "./words/ru/report.js";

learn({ru, en});
learn({ru: reportRu, en: reportEn});

const asked = remembered(["tree", "version", "days", "first", "last"]);
const latest = new Latest();
let trees = null;
let told = null;
let refusal = null;

const page = new Page({
  title: () => words().nav.earnings,
  skip: () => words().report.skip,
  main,
  help: () => [[["Tab"], words().report.help]],
});

function main() {
  const t = words().earnings;
  const tree = trees?.find((one) => one.tree === asked.tree);
  return html`<main id="main">
    <header class="tree-head"><h1>${say(tree ? t.title(pick(tree.title)) : words().nav.earnings)}</h1>
      <p class="quiet">${told ? say(words().report.span(dayOf(told.first), dayOf(told.last))) : nothing}</p></header>
    ${trees ? form(t, tree) : nothing}
    ${refused(refusal, words().report.problems)}
    ${trees?.length === 0 ? html`<p>${say(t.no_trees)}</p>` : nothing}
    ${told ? report(t, told.report) : trees?.length && !refusal ? html`<p class="quiet" role="status">${say(t.reckoning)}</p>` : nothing}
  </main>`;
}

function form(t, tree) {
  const versions = [["", say(t.all_versions)], ...(tree?.versions ?? []).map((one) => [one.version, t.version(one.version)])];
  const csv = `/earnings/csv?${query({...wanted(), lang: document.documentElement.lang})}`;
  return html`<form class="asked" @submit=${(event) => event.preventDefault()}>
    ${trees.length > 1 ? field("tree", t.tree, select("tree", asked.tree, trees.map((one) => [one.tree, pick(one.title)]), (tree) => change({tree, version: undefined}))) : nothing}
    ${field("version", t.which, select("version", asked.version ?? "", versions, (version) => change({version})))}
    ${period({...asked, shown: told}, change)}
    ${tree ? html`<a class="file" href=${csv} download>${say(words().report.csv)}</a>` : nothing}
  </form>`;
}

function report(t, found) {
  const total = found.total;
  if (total.count === 0) return html`<p class="empty">${say(t.nothing)}</p>`;
  return html`
    ${figures([
      [t.asked, count(total.count)],
      [t.passed, count(total.passed), share(total.passed, total.count)],
      [t.won, count(total.won), total.passed ? say(t.of_passed(share(total.won, total.passed))) : ""],
      [t.overridden, count(total.overridden), share(total.overridden, total.count)],
      [t.unfinished, count(found.unfinished), share(found.unfinished, total.count)],
    ])}
    ${days(t, found.days)}
    ${found.questions.map((one, n) => question(t, one, n))}
    ${outcomes(t, found)}
    ${found.versions.length > 1 ? versions(t, found.versions) : nothing}
    <p class="quiet notes">${found.unasked ? say(t.unasked(found.unasked)) : nothing} ${found.unreadable ? say(t.unreadable(found.unreadable)) : nothing}</p>`;
}

function days(t, list) {
  if (list.length < 2) return nothing;
  const line = (of, name, tone, more) => ({values: list.map((one) => one[of]), name: say(name), tone, ...more});
  const sum = (of) => list.reduce((all, one) => all + one[of], 0);
  const short = {day: "numeric", month: "short"};
  return html`<section aria-labelledby="days-title"><h2 id="days-title">${say(t.by_day)}</h2>
    ${chart({
      id: "days-chart",
      label: say(t.chart(count(sum("asked")), count(sum("passed")), count(sum("won")))),
      x: list.map((_, n) => n),
      xs: (n) => (list[n] ? dayOf(list[n].date, short) : ""),
      ys: (n) => count(n),
      wholes: [1, 2, 5, 7, 10, 14, 30],
      lines: [line("asked", t.asked, "ink", {width: 2}), line("passed", t.passed, "accent", {width: 3}), line("won", t.won, "ink-2", {width: 2, dash: [4, 4]})],
      read: (n) => say(t.read(dayOf(list[n].date), list[n].asked, list[n].passed, list[n].won)),
    })}
    ${asTable(table(t.by_day, [
      {name: t.day, of: (one) => dayOf(one.date)},
      {name: t.asked, num: true, of: (one) => count(one.asked)},
      {name: t.passed, num: true, of: (one) => count(one.passed)},
      {name: t.won, num: true, of: (one) => count(one.won)},
    ], list))}
  </section>`;
}

function question(t, one, n) {
  const given = one.answered + one.skipped;
  const id = `q-${n}`;
  return html`<section class="question" aria-labelledby=${id}>
    <h2 id=${id}>${one.ask ? pick(one.ask) : one.id}</h2>
    <p class="quiet">${say(t.question(one))} ${say(t.pace(duration(one.pace.median), duration(one.pace.mean)))}</p>
    ${table(t.answers, [
      {name: t.answer, of: (answer) => html`${stroke(answer.tally.count, given)}<span>${answer.say ? pick(answer.say) : answer.id}</span>`},
      {name: t.how_often, num: true, of: (answer) => html`${count(answer.tally.count)} <small>${share(answer.tally.count, given)}</small>`},
      {name: t.time, num: true, of: (answer) => duration(answer.pace.median)},
      ...became(t, (answer) => answer.tally),
    ], one.answers)}
    ${one.heard.length ? heard(t, one.heard) : nothing}
  </section>`;
}

const became = (t, tally) => [
  {name: t.stayed, num: true, of: (one) => count(tally(one).stayed)},
  {name: t.passed, num: true, of: (one) => count(tally(one).passed)},
  {name: t.results, of: (one) => results(t, tally(one))},
  {name: t.overridden, of: (one) => reasons(tally(one))},
];

function results(t, tally) {
  if (!tally.passed) return "—";
  const told = ["won", "meeting", "lost", "nothing", "refused", "closed", "open"].filter((name) => tally[name]);
  return told.length ? told.map((name, n) => html`<span class="item">${t.made[name]} ${count(tally[name])}${n < told.length - 1 ? "," : ""}</span> `) : "—";
}

function reasons(tally) {
  if (!tally.overridden) return "0";
  return html`${count(tally.overridden)}<small class="block">${tally.reasons.map(([reason, times]) => html`<span>${reason || "—"}${times > 1 ? ` (${count(times)})` : ""}</span> `)}</small>`;
}

function heard(t, list) {
  return html`<details class="heard"><summary>${say(t.heard(list.length))}</summary>
    <ul>${list.map((one) => html`<li><q>${one.words}</q> <span class="label">${say(one.skipped ? t.went_on : t.by_hand)}, ${t.version(one.version)}</span> <a href=${`/why?${query({call: one.call})}`}>${say(t.the_call)}</a></li>`)}</ul></details>`;
}

function outcomes(t, found) {
  if (!found.outcomes.length) return nothing;
  return html`<section aria-labelledby="ends-title"><h2 id="ends-title">${say(t.outcomes)}</h2>
    ${table(t.outcomes, [
      {name: t.outcome, of: (one) => html`${stroke(one.tally.count, found.total.count)}<span>${one.id ? offers(t, one) : say(t.department_only)}</span>`},
      {name: t.how_often, num: true, of: (one) => html`${count(one.tally.count)} <small>${share(one.tally.count, found.total.count)}</small>`},
      ...became(t, (one) => one.tally),
    ], found.outcomes)}</section>`;
}

// An outcome goes by what it offers; its id is for the author of the tree.
function offers(t, one) {
  const titles = one.offers.map((offer) => (told.offers[offer] ? pick(told.offers[offer]) : offer));
  return html`${titles.length ? titles.join(", ") : one.id} <small class="block">${one.id}</small>`;
}

function versions(t, list) {
  return html`<section aria-labelledby="versions-title"><h2 id="versions-title">${say(t.versions)}</h2>
    ${table(t.versions, [
      {name: t.which, of: (one) => t.version(one.version)},
      {name: t.asked, num: true, of: (one) => count(one.total.count)},
      {name: t.unfinished, num: true, of: (one) => count(one.unfinished)},
      ...became(t, (one) => one.total),
    ], list)}</section>`;
}

const wanted = () => ({tree: asked.tree, version: asked.version, days: asked.first ? undefined : asked.days, first: asked.first, last: asked.last});

async function change(more) {
  Object.assign(asked, more);
  remember(wanted());
  page.draw();
  await load();
}

const asking = (act) => page.told(act, (why) => {
  refusal = why;
});

const load = () => asking(async () => {
  told = await latest.of(page.ask(`/earnings/report?${query(wanted())}`)) ?? told;
});

async function begin() {
  page.start();
  const listed = await asking(async () => {
    trees = await page.ask("/earnings/trees");
  });
  if (!listed) return;
  if (!trees.some((one) => one.tree === asked.tree)) asked.tree = trees[0]?.tree;
  page.draw();
  if (asked.tree) await load();
}

begin();
