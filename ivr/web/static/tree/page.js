// The tree's page as it is drawn: the tree or its text on the left, the trial and the way into force beside it.
import {html, nothing} from "../html.js";
import {mainKey, plainTool, tool} from "../parts/shapes.js";
import {day, pick, say, time, words} from "../words.js";
import {canvas, complaint, rules, spot} from "./canvas.js";
import {changes} from "./changes.js";
import {HEAD, problemsOf} from "./layout.js";
import {why} from "./refusals.js";
import {trial} from "./trial.js";

export function drawn(parts, view) {
  const t = words().author;
  const {draft, publishing, raw} = parts;
  if (!draft.opened) return opening(parts, t);
  const v = draft.tree ? view() : {t, look: draft.look, changes: publishing.changes};
  return html`<main id="main" data-listens>
    <section class="canvas" aria-labelledby="tree-title">
      ${head(parts, v)}
      ${draft.refusal ? html`${why(draft.refusal, t)}<p class="keys">${plainTool(t.reopen, () => publishing.reopen())}</p>` : nothing}
      ${draft.tree && !raw.on ? html`${rules(v)}${canvas(v)}` : raw.drawn(t)}
    </section>
    <div class="side">
      ${draft.tree ? trial(v) : nothing}
      <section aria-labelledby="publish"><h2 id="publish">${say(t.changes.title(draft.next))}</h2>
        ${changes(v)}
        ${intoForce(parts, t)}
      </section>
    </div>
  </main>`;
}

function opening({draft: {refusal}, trees}, t) {
  const state = html`<p class="quiet" role="status">${say(trees.names.length ? words().opening : t.none)}</p>`;
  return html`<main id="main"><section class="canvas"><h1>${say(words().nav.tree)}</h1>${refusal ? why(refusal, t) : state}<p class="keys tools">${trees.drawn(t)}</p></section></main>`;
}

function intoForce({draft, publishing}, t) {
  const hindrance = publishing.hindrance;
  return html`<div class="publish">${mainKey(t.publish(draft.next), () => publishing.publish(), {cap: "Ctrl Enter", off: Boolean(hindrance), why: hindrance ? t.not_yet[hindrance] : ""})}</div>`;
}

function head(parts, v) {
  const {t, shares} = v;
  const {draft, editing, raw} = parts;
  const now = draft.opened.in_force;
  const wrong = problemsOf(HEAD, draft.look.problems);
  return html`<header class="tree-head">
      ${draft.tree && !raw.on ? titled(v) : html`<h1 id="tree-title">${draft.tree ? pick(draft.tree.title) : draft.opened.tree}</h1>`}
      <p class="quiet"><span role="status">${say(state(draft, t))}</span> ${now ? say(t.in_force(now.version, day(now.published_at))) : say(t.never)} ${shares?.calls ? say(t.shares_of(shares.days, shares.calls)) : nothing}</p>
    </header>
    ${tools(parts, t)}
    ${wrong.length && editing.form?.node.kind !== "tree" ? complaint(wrong, "why-tree", {t}) : nothing}`;
}

function titled(v) {
  const title = v.t.page_title(pick(v.tree.title));
  return html`<div class="title"><h1 id="tree-title" class="unseen">${title}</h1>${spot(HEAD, "q title", html`${say(title)}`, {...v, problems: []})}</div>`;
}

function state(draft, t) {
  if (draft.unkept) return t.unkept;
  if (draft.notice) return t.notices[draft.notice](draft.next - 1);
  const at = draft.opened.saved_at;
  return draft.saved ? t.saved_at(`${day(at)}, ${time(at)}`) : t.unsaved;
}

function tools({draft, editing, publishing, raw, reload, trees, versions}, t) {
  return html`<p class="keys tools">
    ${tool("Ctrl S", t.save, () => publishing.save(), {off: !publishing.unsaved || draft.look.problems.length > 0})}
    ${tool("Ctrl Z", t.undo, () => editing.undo(), {off: !draft.undone.length})}
    ${tool("Ctrl Y", t.redo, () => editing.redo(), {off: !draft.redone.length})}
    ${plainTool(t.versions.open, () => versions.open())}
    ${plainTool(t.reload.open, () => reload.open())}
    ${plainTool(t.raw, () => raw.turn(), {pressed: raw.on})}
    ${trees.drawn(t)}
  </p>`;
}
