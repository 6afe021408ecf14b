// Five figures: lines, who waits, answered, missed, promises.
import {html, nothing} from "../html.js";
import {say, span} from "../words.js";

export function figures(v) {
  const {wall, w, now} = v;
  const [first] = wall.waiting;
  return html`<ul class="figures">
    ${figure(w.lines_busy, wall.used, w.of(wall.lines), free(wall, w))}
    ${figure(w.wait, wall.waiting.length, w.people(wall.waiting.length), first ? html`${say(w.longest)} <b class="num">${span(now - first.since)}</b>` : say(w.nobody_waits), first && now - first.since >= wall.limit)}
    ${figure(w.answered, wall.answered, "", answered(wall, w))}
    ${figure(w.missed, wall.missed, "", wall.missed ? say(w.recovered(wall.recovered)) : "")}
    ${figure(w.kept, wall.kept, w.of(wall.promises), wall.overdue ? html`<span class="st st-late">${say(w.overdue(wall.overdue))}</span>` : say(w.none_overdue))}
  </ul>`;
}

const figure = (title, count, small, label, alarm = false) => html`<li class=${alarm ? "now" : ""}><h2>${say(title)}</h2><p class="fig">${count}${small ? html`<small>${say(small)}</small>` : nothing}</p><p class="label">${label}</p></li>`;

function free({lines, used}, w) {
  if (used > lines) return say(w.beyond_lines(used - lines));
  return say(w.free(lines - used));
}

// A day without answered calls has no mean.
const answered = ({mean_wait: mean}, w) => (mean === null ? "—" : say(w.mean(span(mean))));
