// What is known already: never asked twice.
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";

export function known(v) {
  const {screen, t} = v;
  const note = v.noteOpen ? "" : screen.note;
  if (!screen.known.length && !note) return nothing;
  return html`<section class="strip known" aria-labelledby="known">
    <h2 class="label" id="known">${say(t.known)}</h2>
    <dl class="thirds">
      ${screen.known.map((fact) => html`<div><dt>${pick(fact.label)}</dt><dd>${pick(fact.value)}</dd></div>`)}
      ${note ? html`<div><dt>${say(t.note)}</dt><dd>${note}</dd></div>` : nothing}
    </dl>
  </section>`;
}
