// What a draft would change, in words: the ways that end elsewhere, and the clients of last month.
import {about} from "../about.js";
import {html, nothing} from "../html.js";
import {day, phone, pick, say, time} from "../words.js";

export function changes(v) {
  const {t, changes: now} = v;
  const c = t.changes;
  if (v.look.problems.length) return html`<p class="quiet">${say(c.blocked)}</p>`;
  if (!now.told) return html`<p class="quiet" role="status">${say(now.refusal?.words(t.refusals) ?? c.reckoning)}</p>`;
  const {told} = now;
  if (!told.version) return html`<p class="quiet">${say(c.first)}</p>`;
  if (!told.readable) return html`<p class="quiet">${say(c.unreadable_version(told.version))}</p>`;
  if (told.same) return html`<p class="quiet">${say(c.same(told.version))}</p>`;
  return html`${clients(told.replayed, c, t)}
    <dl class="change">
      ${told.ways.map((one) => html`<div><dt>${path(one, c)}</dt><dd><del>${end(one.before, t)}</del> → <ins>${end(one.after, t)}</ins></dd></div>`)}
      ${told.more.map((one) => html`<div><dt>${path(one, c)}</dt><dd>${say(c.asks_more)} <ins>${pick(one.question)}</ins></dd></div>`)}
      ${listed(c.added, told.added, (one) => named(one, c))}
      ${listed(c.removed, told.removed, (one) => named(one, c))}
      ${listed(c.renamed, told.renamed, (one) => `${one.old} → ${one.new}`)}
      ${listed(c.reordered, told.reordered, pick)}
      ${listed(c.rescaled, told.rescaled, (one) => `${t.scales[one.before.scale] ?? "—"} → ${t.scales[one.after.scale] ?? "—"}`)}
      ${told.reworded.length ? html`<div><dt>${say(c.reworded(told.reworded.length))}</dt>${told.reworded.map(rewording)}</div>` : nothing}
    </dl>
    ${told.complete ? nothing : html`<p class="label">${say(c.incomplete)}</p>`}`;
}

const rewording = ({before, after}) => html`<dd><del>${pick(before) || "—"}</del> → <ins>${pick(after) || "—"}</ins></dd>`;

const listed = (title, list, draw) => (list.length ? html`<div><dt>${say(title)}</dt>${list.map((one) => html`<dd>${draw(one)}</dd>`)}</div>` : nothing);

const path = (one, c) => [one.key_account ? c.key_account : "", one.path.length ? one.path.map(({value}) => pick(value)).join(" → ") : c.everybody].filter(Boolean).map(say).join(": ");

const end = (one, t) => [say(t.ends(one)), one.offers.map(({title}) => pick(title)).join(", ")].filter(Boolean).join(": ");

function named(one, c) {
  const of = pick(one.of);
  return `${say(c.kinds[one.kind])}: ${pick(one.words)}${of ? ` (${of})` : ""}`;
}

function clients(again, c, t) {
  return html`<div class="replayed"><p class="lead"><b>${say(c.moved(again.moved_count, again.compared, again.days))}</b></p>
    ${people(again.moved, again.moved_count, c, t)}
    ${again.otherwise_count ? html`<p class="lead">${say(c.otherwise(again.otherwise_count))}</p>${people(again.otherwise, again.otherwise_count, c, t)}` : nothing}
    ${again.unclear.map((one) => html`<p>${say(c.unclear(one.count, c.why[one.why]))} <span class="quiet">${pick(one.question)}</span></p>`)}
    ${again.unfinished ? html`<p class="label">${say(c.unfinished(again.unfinished))}</p>` : nothing}
    ${again.unreadable ? html`<p class="label">${say(c.unreadable(again.unreadable))}</p>` : nothing}
  </div>`;
}

// Who it was; a click tells all of that call to those who may see it.
function called(one, c) {
  const who = one.company || (one.number ? phone(one.number) : say(c.withheld));
  const why = about.rooms.find(({id}) => id === "why");
  return why ? html`<a href=${`${why.address}?call=${encodeURIComponent(one.call)}`}>${who}</a>` : html`<b>${who}</b>`;
}

function people(list, count, c, t) {
  if (!list.length) return nothing;
  return html`<details><summary>${say(c.these)}</summary><ul class="clients">${list.map((one) => html`<li>${called(one, c)}, ${day(one.at)}, ${time(one.at)} <small>${one.key_account ? `${say(c.key_account)}; ` : ""}${one.answers.map(pick).join(", ")}</small> <small><del>${end(one.before, t)}</del> → <ins>${end(one.after, t)}</ins></small></li>`)}</ul>${count > list.length ? html`<p class="label">${say(c.more(count - list.length))}</p>` : nothing}</details>`;
}
