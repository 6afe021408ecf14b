// What is wrong now, the most pressing first: each a red bar, and nothing below it goes away.
import {html, nothing} from "../html.js";
import {phone, say, span, time} from "../words.js";

export function alarms(v) {
  const {w, link, stale, lostFor, wall} = v;
  if (link.state === "ended") return bar("lost", w.ended, html`<a href=${location.pathname + location.search}>${say(w.enter)}</a>`);
  if (link.state === "elsewhere") return bar("lost", w.elsewhere, nothing);
  const own = stale ? bar("lost", w.lost, ticking(w.again(span(lostFor)))) : nothing;
  if (!wall) return own;
  return [own, linkLost(v), ...waiting(v), drift(v)];
}

function linkLost({wall, w}) {
  if (wall.link_lost_at === null) return nothing;
  return bar("lost", w.link_lost_alarm, w.since(time(wall.link_lost_at)));
}

// One bar for whoever waits longest; how many more wait too long is told beside it.
function waiting({wall, w, now}) {
  const late = wall.waiting.filter(({since}) => now - since >= wall.limit);
  if (!late.length) return [];
  const [first] = late;
  const who = [first.number ? phone(first.number) : w.withheld, first.line === null ? w.beyond : w.line(first.line), late.length > 1 ? w.more(late.length - 1) : ""];
  return [bar("late", w.waits, html`<span class="num">${say(who.filter(Boolean).join(", "))}</span>`, html`${span(now - first.since)}${say(w.limit(span(wall.limit)))}`)];
}

function drift({wall, w}) {
  if (wall.lines === wall.headcount) return nothing;
  return bar("late", wall.lines > wall.headcount ? w.too_many_lines : w.too_few_lines, say(w.lines_people(wall.lines, wall.headcount)));
}

const ticking = (words) => html`<span class="num" role="timer">${say(words)}</span>`;

// The words are announced once; the time that ticks beside them is not.
const bar = (shape, words, right, clock = nothing) => html`<section class="alarm" aria-label=${say(words)}>
  <p class="st st-${shape}"><span role="alert">${say(words)}</span>${clock === nothing ? nothing : html` <time role="timer">${clock}</time>`}</p>
  <p class="num">${right}</p>
</section>`;
