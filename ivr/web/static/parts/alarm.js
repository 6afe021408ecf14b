// Lost, or an alarm: a red bar under the page's own; nothing below it moves away.
import {html, nothing} from "../html.js";
import {exactTime, say, span, time} from "../words.js";

export function alarm(v) {
  const {t, link, screen} = v;
  if (link.state === "ended") return drawn("lost", t.ended.title, t.ended.text, html`<a href="/">${t.ended.enter}</a>`);
  if (link.state === "elsewhere") return drawn("lost", t.elsewhere.title, t.elsewhere.text, nothing);
  if (v.stale) {
    const lost = span(v.lostFor);
    return drawn("lost", t.lost.title, v.talks ? t.lost.talk : t.lost.idle, html`<span class="num" role="timer">${say(t.lost.again(lost))}</span>`);
  }
  if (screen?.stale_since !== null && screen) {
    return drawn("lost", t.stale.title, t.stale.text, html`<span class="num">${say(t.stale.since(time(screen.stale_since)))}</span>`);
  }
  return nothing;
}

const drawn = (kind, title, text, right) => html`<section class="alarm" aria-label=${say(title)}>
  <div class="told" role="alert"><p class="st st-${kind}">${say(title)}</p><p>${say(text)}</p></div>
  <p>${right}</p>
</section>`;

export function refusal(v) {
  const {t} = v;
  const notice = v.screen?.caller ? t.notices[v.screen.notice] : "";
  if (!v.refusal && notice) return html`<div role="alert"><div class="problem"><p>${say(notice)}</p></div></div>`;
  if (!v.refusal) return html`<div role="alert"></div>${v.unsentKey ? html`<p class="after"><span class="stale">${say(t.unsent_key(exactTime(v.unsentKey.at)))}</span></p>` : nothing}`;
  const words = t.problems[v.refusal] ?? t.problems.other;
  return html`<div role="alert"><div class="problem"><b>${say(t.problems.title)}</b><p>${say(words)}</p></div></div>`;
}
