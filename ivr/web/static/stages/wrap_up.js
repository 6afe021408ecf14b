// Wrap-up: how the call ended, in one key, and time to note it.
import {refusal} from "../parts/alarm.js";
import {caller} from "../parts/caller.js";
import {dueTool} from "../parts/due.js";
import {known} from "../parts/known.js";
import {noteField} from "../parts/note.js";
import {mainKey, state, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";

export function draw(v) {
  const {screen, t} = v;
  const {choices} = screen.wrap_up;
  return html`<main id="main" ?data-listens=${v.listens}>
    ${caller(v)}
    <form class="strip ask wrap" @submit=${(event) => event.preventDefault()}>
      ${rail(v)}
      <div>
        <h1 class="say" id="how" aria-live="polite">${say(t.wrap.how)}</h1>
        <fieldset aria-labelledby="how">
          <ol class="answers">${choices.map((id, n) => choice(v, id, n + 1))}</ol>
        </fieldset>
        ${screen.question ? html`<dl class="facts after"><div><dt>${say(t.wrap.not_asked)}</dt><dd>${pick(screen.question.ask)}</dd></div></dl><p class="label after">${tool("E", t.wrap.go_on, () => v.act.correct("open"))} ${say(t.wrap.else_people)}</p>` : nothing}
        ${refusal(v)}
        <div class="thirds below">
          ${noteField(v, t.note)}
          <div class="stack finish">
            ${mainKey(t.wrap.ready, v.act.ready)}
            <div class="keys">${tool("+", t.wrap.more, v.act.prolong)} ${dueTool(v)} ${tool("K", t.to_company, () => v.act.open("company"))} ${screen.transfer?.take_back ? tool("Esc", t.transfer.take_back_tool, v.act.takeBack) : nothing}</div>
          </div>
        </div>
      </div>
    </form>
    ${known({...v, noteOpen: true})}
  </main>`;
}

function rail({screen, t}) {
  const {outcome, transfer} = screen;
  const sales = outcome?.owner === "sales";
  return html`<div class="rail-note">
    <p class="label">${say(t.wrap.ended)}</p>
    ${sales ? state("sales", transfer ? t.wrap.at_sales : t.wrap.to_sales) : outcome?.owner === "client" ? state("keep", t.outcome.stays) : nothing}
    ${screen.unsaved ? html`<p class="label after" role="status">${say(t.unsaved)}</p>` : nothing}
  </div>`;
}

function choice(v, id, n) {
  const {screen, t} = v;
  const chosen = v.disposition ?? screen.wrap_up.disposition;
  const system = !v.disposition && screen.wrap_up.disposition === id && v.systemDisposition === id;
  return html`<li><label class="answer"><input type="radio" name="how" value=${id} aria-keyshortcuts=${n} .checked=${chosen === id} @change=${() => v.act.dispose(id)}><kbd aria-hidden="true">${n}</kbd><span>${say(t.wrap.dispositions[id] ?? id)}${system ? html`<small>${say(t.wrap.system)}</small>` : nothing}</span></label></li>`;
}

export const keys = {
  enter: ({act}) => act.ready(),
  digit: ({screen, act}, n) => screen.wrap_up.choices[n - 1] && act.dispose(screen.wrap_up.choices[n - 1]),
  note: ({act}) => act.openNote(),
  escape: ({screen, act}) => screen.transfer?.take_back && act.takeBack(),
  plus: ({act}) => act.prolong(),
};
