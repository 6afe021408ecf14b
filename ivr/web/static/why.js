// Why did this go to sales? Past calls to choose from, and the chosen one whole.
import {html, nothing} from "./html.js";
import {isField} from "./keys.js";
import {Page, refused} from "./page.js";
import {callTold} from "./parts/call.js";
import {Forgetting} from "./parts/forgetting.js";
import {plainTool} from "./parts/shapes.js";
import {duration, field, Latest, query, remembered} from "./parts/report.js";
import {day, exactTime, learn, phone, pick, say, time, words} from "./words.js";
import en from "./words/en/why.js";
import ru from "./words/ru/why.js";
import reportEn from "./words/en/report.js";
import reportRu from "./words/ru/report.js";

learn({ru, en});
learn({ru: reportRu, en: reportEn});

const sought = remembered(["number", "company", "day"]);
const lists = new Latest();
const singles = new Latest();
let chosen = new URLSearchParams(location.search).get("call");
let list = null; // {calls, last, companies, own, people}
let call = null;
let listRefusal = null;
let callRefusal = null;

const page = new Page({
  title: () => words().nav.why,
  skip: () => words().past.skip,
  main,
  key,
  help: () => [[["↑", "↓"], words().past.keys.move], [["Enter"], words().past.keys.search]],
});
const forgetting = new Forgetting(page, forgotten);

function main() {
  const t = words().past;
  return html`<main id="main">
    <section class="past" aria-labelledby="past-title">
      <h1 id="past-title">${say(list?.own ? t.own : t.title)}</h1>
      ${search(t)}
      ${refused(listRefusal, {...words().report.problems, ...t.problems})}
      ${list ? found(t) : nothing}
    </section>
    <section class="one-call" aria-live="polite" aria-labelledby="call-title" tabindex="-1" id="call">
      ${refused(callRefusal, t.problems)}
      ${call ? callTold(call) : html`<p class="quiet" id="call-title">${say(chosen && !callRefusal ? t.loading : t.choose)}</p>`}
    </section>
  </main>`;
}

function search(t) {
  const input = (id, type, more = {}) => html`<input id=${id} name=${id} type=${type} .value=${sought[id] ?? ""} maxlength="100" autocomplete="off" inputmode=${more.mode ?? nothing}>`;
  const all = list === null || !list.own;
  return html`<form class="asked" role="search" @submit=${submitted}>
    ${all ? field("number", t.number, input("number", "text", {mode: "tel"})) : nothing}
    ${all ? field("company", t.company, input("company", "text")) : nothing}
    ${field("day", t.day, input("day", "date"))}
    <button class="tool" type="submit"><kbd>Enter</kbd> ${say(t.search)}</button>
    ${all ? plainTool(words().forgetting.open, () => forgetting.open(sought.number)) : nothing}
  </form>`;
}

function found(t) {
  const {calls, last, companies} = list;
  return html`${companies ? html`<p class="label">${say(companies.length ? t.companies(companies.map((one) => one.name).join(", ")) : t.no_company)}</p>` : nothing}
    ${calls.length === 0 ? html`<p class="empty">${say(t.nothing)}</p>` : nothing}
    <ol class="calls">${days(calls).map(([name, some]) => html`<li class="of-day"><h2 class="label">${name}</h2><ol>${some.map((one) => row(t, one))}</ol></li>`)}</ol>
    ${last ? html`<button class="tool" type="button" id="more" @click=${more}>${say(t.more)}</button>` : nothing}`;
}

function days(calls) {
  const groups = [];
  for (const one of calls) {
    const name = day(one.call.offered_at);
    if (groups.at(-1)?.[0] !== name) groups.push([name, []]);
    groups.at(-1)[1].push(one);
  }
  return groups;
}

function row(t, {call: one, interview}) {
  const who = one.company || one.name || (one.number ? phone(one.number) : t.withheld);
  const agent = list.people[one.agent];
  const href = `/why?${query({...sought, call: one.id})}`;
  return html`<li><a class="call-row" href=${href} aria-current=${one.id === chosen ? "true" : nothing} @click=${(event) => picked(event, one.id)}>
    <time datetime=${new Date(one.offered_at * 1000).toISOString()} title=${exactTime(one.offered_at)}>${time(one.offered_at)}</time>
    <span><b>${who}</b>${one.number && who !== phone(one.number) ? html` <small class="num">${phone(one.number)}</small>` : nothing}
      <small class="block">${say(ended(t, one))}${agent ? html`, ${pick(agent)}` : nothing}${one.talked ? html`, ${duration(one.talked)}` : nothing}</small></span>
    ${way(t, interview)}</a></li>`;
}

const ended = (t, one) => (one.task ? t.returned : one.refusal && one.end !== "elsewhere" ? (t.refusals[one.refusal] ?? t.ends.refused) : one.not_enquiry ? (t.others[one.not_enquiry] ?? t.others.other) : (t.ends[one.end] ?? one.end));

function way(t, interview) {
  if (!interview?.owner) return html`<span class="label">${say(interview ? t.undecided : "")}</span>`;
  const shape = interview.owner === "sales" ? "sales" : "keep";
  const otherwise = interview.why === "override" ? html`<small class="block">${say(t.otherwise)}</small>` : nothing;
  return html`<span class="way"><span class="st st-${shape}">${say(t.way[interview.owner])}</span>${otherwise}</span>`;
}

function submitted(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  for (const name of ["number", "company", "day"]) sought[name] = String(form.get(name) ?? "").trim() || undefined;
  address();
  search_again();
}

// Neither the search nor the address nor the call on the page names the number any more.
function forgotten() {
  sought.number = undefined;
  chosen = call = null;
  address();
  search_again();
}

function address() {
  history.replaceState(null, "", `/why?${query({...sought, call: chosen})}`);
}

const search_again = () => listed({}, (found) => found);

const more = () => listed({after_at: list.last.at, after_id: list.last.id}, (next) => ({...next, calls: [...list.calls, ...next.calls], people: {...list.people, ...next.people}}));

function listed(after, joined) {
  return page.told(async () => {
    const told = await lists.of(page.ask(`/why/calls?${query({...sought, ...after})}`));
    if (told) list = joined({...told.page, companies: told.companies, own: told.own, people: told.people});
  }, (refusal) => {
    listRefusal = refusal;
  });
}

function picked(event, id) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  choose(id);
}

async function choose(id) {
  chosen = id;
  address();
  page.draw();
  await page.told(async () => {
    call = await singles.of(page.ask(`/why/call?${query({id})}`)) ?? call;
  }, (refusal) => {
    callRefusal = refusal;
    if (refusal) call = null;
  });
  if (matchMedia("(max-width: 75rem)").matches) document.getElementById("call").focus();
}

// The arrows go along the list and show each call at once.
function key(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.code];
  if (!step || event.ctrlKey || event.altKey || event.shiftKey || isField(document.activeElement) || !list?.calls.length) return false;
  const place = list.calls.findIndex((one) => one.call.id === chosen);
  const next = list.calls[place < 0 ? 0 : place + step];
  if (next) {
    choose(next.call.id);
    document.querySelector(".call-row[aria-current]")?.scrollIntoView({block: "nearest"});
  }
  return true;
}

page.start();
search_again();
if (chosen) choose(chosen);
