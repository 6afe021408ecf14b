// Those to be called: mine, then the team's, overdue first.
import {clicked, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {say} from "../words.js";
import {LIVE, NOW, SHAPES, onCall} from "./stages.js";
import {lastly, moment, there, when} from "./times.js";

export const rowsOf = (screen) => [...(screen?.sales?.mine ?? []), ...(screen?.sales?.team ?? [])];

// Those whose time is near, each of which may be moved; of a promise that is read, too.
export function meetingsOf(screen) {
  const near = (screen?.sales?.reminders ?? []).map(({meeting}) => meeting);
  const own = screen?.sales?.live?.meeting;
  return own && !near.some(({id}) => id === own.id) ? [own, ...near] : near;
}

export function lists(v) {
  const {sales} = v.screen;
  if (!sales) return nothing;
  const {counts} = sales;
  const mine = counts.result + counts.overdue + counts.due + counts.later + counts.human;
  const team = counts.team_overdue + counts.team_due + counts.team_later + counts.team_human;
  return html`<div class="lists">
    ${waiting(v)}${reminders(v)}
    ${list(v, "mine", sales.mine, mine, counts.overdue)}
    ${list(v, "team", sales.team, team, counts.team_overdue)}
  </div>`;
}

function waiting({screen, s}) {
  const n = screen.sales.callers_wait;
  return n ? html`<p class="waiting st st-ring" role="status">${say(s.callers_wait(n))}</p>` : nothing;
}

function reminders(v) {
  const {s, screen} = v;
  const {reminders: near, company_zone: zone} = screen.sales;
  if (!near.length) return nothing;
  return html`<section class="near" aria-labelledby="near"><header><h2 id="near">${say(s.meetings_near)}</h2> ${tool("M", s.move_meeting, v.act.openMeeting)}</header><ul>${near.map(({meeting, company, client, number}) => html`<li><b class="num">${moment(meeting.starts_at, zone)}</b> <span>${[company || client || number, meeting.place, meeting.with_whom].filter(Boolean).join(", ")}</span></li>`)}</ul></section>`;
}

function list(v, id, rows, all, late) {
  const {s} = v;
  return html`<section class="due" aria-labelledby=${id}>
    <header><h2 id=${id}>${say(s[id])}</h2> <p class="label">${say(s.count(all, late))}</p></header>
    ${rows.length ? table(v, id, rows) : html`<p class="quiet none">${say(s.none[id])}</p>`}
    ${rows.length && all > rows.length ? html`<p class="label none">${say(s.more(all - rows.length))}</p>` : nothing}
  </section>`;
}

function table(v, id, rows) {
  const {s} = v;
  const head = (kind, text) => html`<th role="columnheader" scope="col" class=${kind}>${say(text)}</th>`;
  return html`<table role="table" aria-labelledby=${id}>
    <thead role="rowgroup"><tr role="row">${head("when", s.columns.when)}${head("who", s.columns.who)}${head("", s.columns.why)}${head("tries", s.columns.tries)}<th role="columnheader" scope="col" class="do"><span class="unseen">${say(s.columns.act)}</span></th></tr></thead>
    <tbody role="rowgroup">${rows.map((row) => line(v, row, id === "mine"))}</tbody>
  </table>`;
}

function line(v, row, mine) {
  const {s} = v;
  const chosen = v.row?.id === row.id;
  return html`<tr role="row" aria-current=${chosen ? "true" : nothing}>
    ${dueCell(v, row)}
    <td role="cell" class="who"><b>${row.who}</b> <small><span class="num">${row.number === row.who ? "" : row.number}</span>${row.key_account && row.why !== "account" ? html` <span class="key">${say(v.t.key_account)}</span>` : nothing}</small></td>
    <td role="cell" class="why">${say(why(row, s))} <small>${say(small(row, mine, s))}</small></td>
    <td role="cell" class="tries num"><span class="quiet word">${say(s.tries)}</span> ${row.attempts}</td>
    <td role="cell" class="do">${chosen ? acting(v, row, mine) : pickTool(v, row)}</td>
  </tr>`;
}

function dueCell({screen, now, s}, row) {
  const zone = screen.sales.company_zone;
  if (row.due_at === null || row.stage === "passing" || LIVE.has(row.stage) || row.stage === "human") {
    const shape = SHAPES[row.stage];
    return html`<td role="cell" class="when"><time>${lastly(row.due_at ?? row.made_at, now, zone)}</time> <small class="st st-${shape} ${NOW.has(shape) ? "" : "calm"}">${say(s.row_stages[row.stage] ?? "")}</small></td>`;
  }
  const told = when(row.due_at, now, zone, s.when);
  const late = row.due_at < now;
  const theirs = there(row.due_at, row.zone, zone);
  return html`<td role="cell" class="when ${late ? "late" : ""}"><time>${told.time}</time> <small class=${late ? "st st-late" : ""}>${say(told.words)}</small>${theirs ? html`<small>${say(s.theirs(theirs))}</small>` : nothing}${s.agreed[row.agreed_by] ? html`<small class="agreed">${say(s.agreed[row.agreed_by])}</small>` : nothing}</td>`;
}

const why = (row, s) => s.row_whys[row.why] ?? s.row_whys.tree;

function small(row, mine, s) {
  const owner = mine ? "" : row.owner ? s.owned(row.owner) : s.nobodys;
  return [row.aim === "meeting" ? s.propose_meeting : "", owner, row.joined ? s.joined_count(row.joined) : ""].filter(Boolean).join(", ");
}

function acting({screen, s, act}, row, mine) {
  const busy = onCall(screen);
  return html`${rowTool("C", busy ? s.after_call : s.call, row, () => act.call(row.id), busy)}${mine ? nothing : rowTool("T", s.take, row, () => act.take({id: row.id, mine}))}`;
}

const rowTool = (cap, words, {who}, act, off = false) => html`<button class="tool" type="button" aria-keyshortcuts=${cap} aria-disabled=${off ? "true" : nothing} @click=${clicked(act)}><kbd>${cap}</kbd> ${say(words)}<span class="unseen">: ${who}</span></button>`;

const pickTool = ({s, act}, row) => html`<button class="tool" type="button" aria-label=${`${say(s.pick)}: ${row.who}`} @click=${clicked(() => act.pick(row.id))}>${say(s.pick)}</button>`;
