// What reports are made of: figures, tables that fold, shares as strokes, the choice of days.
import {html, nothing} from "../html.js";
import {say, words} from "../words.js";

const NOTHING = "—";
const two = (n) => String(n).padStart(2, "0");

// What was not measured is a dash, never a zero.
export const count = (n) => (n === null || n === undefined ? NOTHING : n.toLocaleString(words().locale));
export const rounded = (n, digits = 1) => (n === null || n === undefined ? NOTHING : n.toLocaleString(words().locale, {maximumFractionDigits: digits}));

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  const s = Math.round(seconds);
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

// A share that is neither nothing nor all is never rounded to nothing or all.
export function percent(share, digits = 0) {
  if (share === null || share === undefined) return NOTHING;
  const least = 10 ** -(digits + 2);
  const written = (part) => part.toLocaleString(words().locale, {style: "percent", maximumFractionDigits: digits});
  if (share > 0 && share < least / 2) return `<\u00a0${written(least)}`;
  if (share < 1 && share > 1 - least / 2) return `>\u00a0${written(1 - least)}`;
  return written(share);
}

export const share = (part, whole) => (whole ? percent(part / whole) : NOTHING);

// The share as the thick part of a rule; its figure always stands beside it in words.
export function stroke(part, whole) {
  const wide = whole ? `${(100 * part) / whole}%` : "0%";
  return html`<svg class="share" width="100%" height="4" aria-hidden="true"><rect class="all" width="100%" height="4"></rect><rect width=${wide} height="4"></rect></svg>`;
}

export const figures = (list) => html`<ul class="sums">${list.map(([label, value, small]) => html`<li><p class="label">${say(label)}</p><p class="sum num">${value}${small ? html` <small>${small}</small>` : nothing}</p></li>`)}</ul>`;

// Columns: {name, num, of(row)}. On a narrow page a row becomes a block, each cell under its name.
export function table(caption, columns, rows, {current} = {}) {
  return html`<table class="fold"><caption class="unseen">${say(caption)}</caption>
    <thead><tr>${columns.map((one) => html`<th scope="col" class=${one.num ? "num" : ""}>${say(one.name)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr aria-current=${current?.(row) ? "true" : nothing}>${columns.map((one, n) => cell(one, n, row))}</tr>`)}</tbody></table>`;
}

function cell(column, place, row) {
  const inside = column.of(row);
  if (place === 0) return html`<th scope="row" class="first">${inside}</th>`;
  return html`<td class=${column.num ? "num" : ""} data-name=${say(column.name)}>${inside}</td>`;
}

export const asTable = (content, name = words().report.as_table) => html`<details class="as-table"><summary>${say(name)}</summary>${content}</details>`;

export const field = (id, label, control) => html`<div class="field"><label for=${id}>${say(label)}</label>${control}</div>`;

export const select = (id, value, options, change) => html`<select id=${id} @change=${(event) => change(event.target.value)}>${options.map(([key, text]) => html`<option value=${key} ?selected=${String(key) === String(value)}>${text}</option>`)}</select>`;

const DAYS = [7, 30, 90];

// The days of a report: the last so many, or from one to another. `asked` has days, first, last.
export function period(asked, change) {
  const t = words().report;
  const own = Boolean(asked.first || asked.last);
  const options = [...DAYS.map((n) => [n, say(t.last_days(n))]), ["own", say(t.own_days)]];
  const chosen = (value) => change(value === "own" ? {days: undefined, ...bounds(asked)} : {days: value, first: undefined, last: undefined});
  const date = (name) => html`<input id=${name} type="date" .value=${asked[name] ?? ""} @change=${(event) => event.target.value && change({[name]: event.target.value})}>`;
  return html`${field("days", t.days, select("days", own ? "own" : (asked.days ?? 30), options, chosen))}
    ${own ? html`${field("first", t.first, date("first"))}${field("last", t.last, date("last"))}` : nothing}`;
}

function bounds({shown}) {
  const today = new Date().toISOString().slice(0, 10);
  return {first: shown?.first ?? today, last: shown?.last ?? today};
}

export const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "").map(([key, value]) => [key, String(value)]));

// What is asked stands in the address too, so that a reload and a link show the same.
export function remember(values) {
  history.replaceState(null, "", `${location.pathname}?${query(values)}`);
}

export function remembered(names) {
  const found = new URLSearchParams(location.search);
  return Object.fromEntries(names.filter((name) => found.get(name)).map((name) => [name, found.get(name)]));
}

// Only the newest question counts: what comes late for an older one, a refusal too, is thrown away.
export class Latest {
  #turn = 0;

  async of(promise) {
    const turn = ++this.#turn;
    try {
      const told = await promise;
      return turn === this.#turn ? told : undefined;
    } catch (refusal) {
      if (turn === this.#turn) throw refusal;
      return undefined;
    }
  }
}

export const dayOf = (iso, options = {day: "numeric", month: "long"}) => say(new Intl.DateTimeFormat(words().locale, {...options, timeZone: "UTC"}).format(new Date(`${iso}T00:00:00Z`)).replace(/^(\d+) /, "$1\u00a0"));
