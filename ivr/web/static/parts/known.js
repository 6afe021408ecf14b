// What is known already: never asked twice, and mended by one key where it was wrong.
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";
import {correctable} from "./correct.js";
import {clicked, tool} from "./shapes.js";

export function known(v) {
  const {screen, t} = v;
  const note = v.noteOpen ? "" : screen.note;
  if (!screen.known.length && !note && !screen.withdrawn.length) return nothing;
  return html`<section class="strip known" aria-labelledby="known">
    <div class="rail-note">
      <h2 class="label" id="known">${say(t.known)}</h2>
      ${correctable(screen).length ? tool("E", t.correct.key, () => v.act.correct()) : nothing}
    </div>
    <dl class="thirds">
      ${screen.known.map((fact) => html`<div><dt>${pick(fact.label)}</dt><dd>${pick(fact.value)} ${screen.stage === "wrap_up" ? change(v, fact) : nothing}</dd></div>`)}
      ${screen.withdrawn.map((fact) => html`<div><dt>${pick(fact.label)}</dt><dd class="gone"><del>${pick(fact.value)}</del> <small>${say(t.correct.withdrawn)}</small></dd></div>`)}
      ${note ? html`<div><dt>${say(t.note)}</dt><dd>${note}</dd></div>` : nothing}
    </dl>
  </section>`;
}

const change = (v, fact) => (fact.kind ? html`<button class="tool" type="button" aria-label=${say(v.t.correct.change_of(pick(fact.value)))} @click=${clicked(() => v.act.correct(fact.question))}>${say(v.t.correct.key)}</button>` : nothing);
