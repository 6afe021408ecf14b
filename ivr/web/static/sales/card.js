// The client in hand: what is known is the first line, then all answers, then what came of it.
import {refusal} from "../parts/alarm.js";
import {headline, kinds} from "../parts/caller.js";
import {clock, fact, mainKey, plainTool, state, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {exactTime, extension, pick, say, sentence, span} from "../words.js";
import {lately, past} from "./history.js";
import {resultForm} from "./result.js";
import {LIVE, SHAPES} from "./stages.js";
import {lastly, moment, there} from "./times.js";

const RESULT_STAGES = new Set(["client", "talking", "result", "human"]);
const READ_STAGES = new Set(["overdue", "due", "later"]);

// A result needs a talk: a client who is only read of has none, unless there was one before.
export const takesResult = (live) => live !== null && (RESULT_STAGES.has(live.stage) || (READ_STAGES.has(live.stage) && live.talked > 0));

// A colleague asks before the client is on: the client is on hold meanwhile.
const consulting = ({screen}) => screen.transfer?.state === "consulting";

export const who = ({company, client, number}, s) => company || client || number || s.unknown;

export function card(v) {
  const {sales, caller, wrap_up: over} = v.screen;
  if (sales?.live) return promise(v);
  return caller && !over ? stranger(v) : idle(v);
}

function promise(v) {
  const {s, screen} = v;
  const {live} = screen.sales;
  return html`<section class="card" id="card" aria-labelledby="who">
    ${read(html`
      ${head(v, live)}
      ${gisted(s, gist(live, s))}
      ${ringing(v, live)}
      ${facts(v, live)}
      ${past(v, live)}
    `)}
    <div class="foot">
      ${refusal(v)}
      ${LIVE.has(live.stage) ? nothing : actions(v, live)}
      ${takesResult(live) ? resultForm(v, live, LIVE.has(live.stage) ? inCall(v, live) : nothing) : nothing}
    </div>
  </section>`;
}

// What is read scrolls by itself where the screen is too low for it: the keys below it stay in sight.
const read = (content) => html`<div class="read" id="read" role="group" aria-labelledby="who" tabindex="0">${content}</div>`;

const gisted = (s, words) => html`<div aria-live="polite"><p class="label lead">${say(s.known)}</p><p class="say">${words}</p></div>`;

function head(v, live) {
  const {s, t} = v;
  const people = [live.company ? live.client : "", live.number].filter(Boolean).join(", ");
  const owner = live.mine ? s.yours : live.owner ? s.owned(live.owner) : s.nobodys;
  return html`<header>
    <h1 id="who">${who(live, s)}</h1>
    <div class="names">${where(v, live)} ${live.key_account ? html`<span class="st st-key">${say(t.key_account)}</span>` : live.scale === "large" ? html`<span class="st st-key">${say(t.large)}</span>` : nothing} <span class="quiet">${say(owner)}</span>${v.screen.unsaved ? html` <span class="label" role="status">${say(t.unsaved)}</span>` : nothing}</div>
    <p class="quiet line"><span class="num">${people}</span>${people ? ". " : ""}${say(s.promised_by(live.agent, lastly(live.made_at, v.now, v.screen.sales.company_zone)))}${v.stale ? html` <span class="stale">${say(t.as_of(exactTime(v.staleAt)))}</span>` : nothing}</p>
    ${timer(v, live)}
  </header>`;
}

function where(v, {stage}) {
  const {s, stale} = v;
  if (consulting(v)) return state("talk", s.consulting(v.screen.transfer.agent), stale ? "stale" : "");
  return stage === "talking" ? nothing : state(SHAPES[stage], s.stages[stage], stale ? "stale" : "");
}

function timer({now, s, screen}, live) {
  if (screen.wrap_up) return clock(Math.ceil(screen.wrap_up.ends_at - now), s.till_ready);
  if (live.talk_since !== null) return clock(now - live.talk_since, s.talk);
  if (screen.stage === "ringing") return clock(now - screen.since, s.rings);
  return live.talked ? clock(live.talked, s.talked) : nothing;
}

// Never empty: answers, else the agent's note, else what to offer, else why it is here.
export function gist(live, s) {
  const answers = live.known.map(({value}) => pick(value)).filter(Boolean);
  const offers = live.offers.map(({title}) => pick(title));
  const text = answers.join(", ") || live.note || (offers.length ? s.offer_them(offers.join(", ")) : "") || s.whys[live.why] || s.only_number;
  return sentence(say(text)).replace(/(\d) (?=\S)/g, "$1\u00a0");
}

function facts(v, live) {
  const {s, screen} = v;
  const home = screen.sales.company_zone;
  const offers = live.offers.map(({title}) => pick(title)).join(", ");
  const others = live.numbers.filter((number) => number !== live.number);
  return html`<dl class="facts">
    ${live.known.map((one) => fact(pick(one.label), pick(one.value)))}
    ${wide(live.agent ? s.note_of(live.agent) : s.note, live.note)}
    ${fact(s.offers, offers)}
    ${fact(s.why, say([s.whys[live.why] ?? "", live.aim === "meeting" ? s.aim_meeting : ""].filter(Boolean).join(", ")))}
    ${live.due_at === null || LIVE.has(live.stage) ? nothing : fact(s.due, due(live.due_at, live, home, s))}
    ${live.promised_at === null || live.promised_at === live.due_at ? nothing : fact(s.promised_at, due(live.promised_at, live, home, s))}
    ${others.length ? fact(s.other_numbers, others.join(", ")) : nothing}
    ${live.meeting ? wide(s.meeting, meeting(live.meeting, home, s)) : nothing}
    ${live.result ? wide(s.result_was, [s.results[live.result] ?? live.result, live.result_note, live.next_step].filter(Boolean).join(". ")) : nothing}
    ${wide(s.earlier, live.earlier_known ? lately(live, home, s) : say(s.history_unread))}
  </dl>`;
}

const wide = (label, value) => (value ? html`<div class="wide"><dt>${say(label)}</dt><dd>${value}</dd></div>` : nothing);

function due(at, {zone, promised_at, agreed_by}, home, s) {
  const theirs = there(at, zone, home);
  const notes = [theirs ? s.theirs(theirs) : "", at === promised_at ? s.agreed[agreed_by] : ""].filter(Boolean);
  return html`${moment(at, home)}${notes.length ? html` <span class="quiet">${say(notes.join(", "))}</span>` : nothing}`;
}

function meeting({starts_at, minutes, place, with_whom, state: at, moved}, zone, s) {
  const parts = [moment(starts_at, zone), s.minutes_long(minutes), place, with_whom, moved ? s.moved(moved) : "", at === "set" ? "" : s.meeting_states[at]];
  return say(parts.filter(Boolean).join(", "));
}

// What is to be done now, while a phone rings.
function ringing({s, screen, act}, {stage}) {
  if (stage !== "ringing" && stage !== "phone") return nothing;
  return html`<div class="keys pick-up"><p class="lift">${say(s.pick_up(extension(screen.phone)))}</p>${stage === "ringing" ? tool("Esc", s.pass_ring, act.passRing) : nothing}</div>`;
}

// What may be done with a client who is read.
function actions(v, live) {
  const {s, act} = v;
  if (live.stage === "saving" || live.stage === "passing") return nothing;
  if (live.stage === "closed") return html`<div class="keys actions">${tool("Esc", s.leave, act.leave)}</div>`;
  const why = s.refusals[live.why_not_call] ?? (live.why_not_call && s.refusals.other);
  return html`<div class="keys actions">
    ${tool("C", why ? s.no_call(why) : s.call, () => act.call(live.id), {off: Boolean(why)})}
    ${live.mine ? nothing : tool("T", s.take, () => act.take(live))}
    ${tool("D", s.move_due, act.openDue)}
    ${chief(v)}
    ${tool("Esc", s.leave, act.leave)}
  </div>`;
}

const inCall = (v, live) => html`${live.stage === "talking" ? tool("End", v.t.talking.hang_up, v.act.hangUp) : nothing}${v.screen.wrap_up ? tool("+", v.t.wrap.more, v.act.prolong) : nothing}${chief(v)}`;

const chief = ({screen, s, act}) => (screen.sales.supervisor ? html`${tool("O", s.change_owner, act.openOwner)} ${tool("X", s.close_promise, act.openClosing)}` : nothing);

// A call that no promise belongs to: what the number tells.
function stranger(v) {
  const {screen, t, s, now} = v;
  const {caller} = screen;
  const line = screen.known.map(({value}) => pick(value)).join(", ") || (caller.known ? s.has_called : s.first_call);
  return html`<section class="card" id="card" aria-labelledby="who">
    ${read(html`<header>
        <h1 id="who">${headline(caller, t)}</h1>
        <div class="names">${kinds(caller, t)}</div>
        <p class="quiet line num">${caller.number}</p>
        ${screen.talk_since === null ? clock(now - screen.since, s.rings) : clock(now - screen.talk_since, s.talk)}
      </header>
      ${gisted(s, sentence(say(line)))}
      ${screen.known.length || screen.note ? html`<dl class="facts">${screen.known.map((one) => fact(pick(one.label), pick(one.value)))}${wide(s.note, screen.note)}</dl>` : nothing}
    `)}
    <div class="foot">
      ${refusal(v)}
      <div class="keys actions">${screen.stage === "ringing" ? html`<p class="lift">${say(s.pick_up(extension(screen.phone)))}</p>${tool("Esc", s.pass_ring, v.act.passRing)}` : tool("End", t.talking.hang_up, v.act.hangUp)}</div>
    </div>
  </section>`;
}

function idle(v) {
  const {screen, t, s, now, act} = v;
  const {stage} = screen;
  const left = screen.wrap_up ? screen.wrap_up.ends_at - now : 0;
  const hint = t.notices[screen.notice] ?? s.idle_hints[stage]?.(extension(screen.phone)) ?? "";
  return html`<section class="card" id="card" aria-labelledby="who"><div class="read">
    <div class="who-big">
      <h1 class="say" id="who" aria-live="polite">${say(s.idle[stage] ?? t.states[stage])}</h1>
      ${screen.wrap_up ? clock(Math.ceil(left), s.till_ready) : stage === "signed_out" ? nothing : clock(now - screen.since, s.idle_since[stage] ?? "")}
      <p class="hint" role="status">${say(hint)}</p>
    </div>
    <div class="keys actions">
      ${stage === "ready" ? nothing : mainKey(s.take_calls, act.ready)}
      ${screen.wrap_up ? tool("+", t.wrap.more, act.prolong) : nothing}
      ${stage === "signed_out" ? nothing : plainTool(t.idle.leave, act.leaveShift)}
    </div>
    ${refusal(v)}
  </div></section>`;
}
