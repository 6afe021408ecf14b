// What lies above the tree's page: its versions, and the configuration read anew.
import {html, nothing} from "../html.js";
import {clicked, tool} from "../parts/shapes.js";
import {day, pick, say, time} from "../words.js";

export function versions(v) {
  const {t, opened} = v;
  const o = t.versions;
  return html`<h2 id="over-title">${say(o.title)}</h2>
    <ol class="versions">${opened.versions.map((one, n) => html`<li>
      <p><b>${say(o.version(one.version))}</b>, ${day(one.published_at)}, ${time(one.published_at)}, ${one.published_by} ${n === 0 ? html`<span class="st st-keep">${say(o.current)}</span>` : nothing}</p>
      <p class="keys">${n ? html`<button class="tool" type="button" ?data-first=${n === 1} @click=${clicked(() => v.act.back(one.version))}>${say(o.back)}</button>` : nothing}
      <button class="tool" type="button" @click=${clicked(() => v.act.takeVersion(one.version))}>${say(o.take)}</button></p>
    </li>`)}</ol>
    ${v.overRefusal ?? nothing}
    <div class="keys">${tool("Esc", t.close, v.act.closeOver)}</div>`;
}

export function reloading(v) {
  const {t, reloaded} = v;
  const o = t.reload;
  const done = reloaded && html`<p role="status">${say(reloaded.changed.length ? o.done(reloaded.changed.map((one) => o.parts[one] ?? one).join(", ")) : o.same)}${reloaded.restart.length ? html` ${say(o.restart(reloaded.restart.join(", ")))}` : nothing}</p>`;
  return html`<h2 id="over-title">${say(o.title)}</h2>
    <p class="quiet lead">${say(o.hint)}</p>
    ${done ?? nothing}
    ${v.overRefusal ?? nothing}
    <div class="keys"><button class="main-key" type="button" data-first @click=${clicked(v.act.reload)}><kbd>Enter</kbd> ${say(o.go)}</button> ${tool("Esc", t.close, v.act.closeOver)}</div>`;
}

// Problems of files, as a refused reload or publishing tells them.
export function faulty(refusal, t) {
  return html`<div class="problem" role="alert"><b>${say(t.problem(refusal.problems.length))}</b>${refusal.problems.map(({file, found}) => html`<p>${pick(found.message)}${found.mend.en ? html`; ${pick(found.mend)}` : nothing} <small>${file}${found.line ? `:${found.line}` : ""}</small></p>`)}</div>`;
}
