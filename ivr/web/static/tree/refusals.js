// A refusal in the words of this page; the problems of files are told one by one.
import {html, nothing} from "../html.js";
import {refused} from "../page.js";
import {pick, say} from "../words.js";

export function why(refusal, t) {
  if (!refusal) return nothing;
  return refusal.problem === "faulty" ? faulty(refusal, t) : refused(refusal, t.refusals);
}

function faulty({problems}, t) {
  return html`<div class="problem" role="alert"><b>${say(t.problem(problems.length))}</b>${problems.map(({file, found}) => html`<p>${pick(found.message)}${found.mend.en ? html`; ${pick(found.mend)}` : nothing} <small>${file}${found.line ? `:${found.line}` : ""}</small></p>`)}</div>`;
}
