// No call: off the line, ready, or at a pause.
import {refusal} from "../parts/alarm.js";
import {answers, clock, mainKey, plainTool, state} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {left} from "../parts/left.js";
import * as task from "./task.js";
import {extension, say} from "../words.js";

const SHAPES = {signed_out: "off", ready: "ready", paused: "pause"};

export function draw(v) {
  if (v.screen.task) return task.draw(v);
  const {screen, t, now} = v;
  const {stage} = screen;
  const hint = t.notices[screen.notice] ?? t.idle[`${stage}_hint`](extension(screen.phone));
  return html`<main id="main" ?data-listens=${v.listens} class="idle">
    <section class="strip ask" aria-labelledby="what">
      <div class="rail-note">${state(SHAPES[stage], t.states[stage])}</div>
      <div>
        <div class="who-big">
          <h1 class="say" id="what" aria-live="polite">${say(t.idle[stage])}</h1>
          ${stage === "signed_out" ? nothing : clock(now - screen.since, t.idle.since[stage])}
          <p class="hint" role="status">${say(hint)}</p>
        </div>
        ${stage === "paused" ? reasons(v) : nothing}
        ${actions(v)}
        ${refusal(v)}
      </div>
    </section>
    ${left(v)}
  </main>`;
}

function reasons({screen, t, act}) {
  const list = screen.breaks.map((id, n) => ({id, key: n + 1, words: say(t.reasons[id] ?? id)}));
  return answers(list, {text: t.idle.why}, {pressed: ({id}) => id === screen.pause_reason, act: ({id}) => act.pauseFor(id)});
}

function actions({screen, t, act}) {
  const main = screen.stage === "ready" ? nothing : mainKey(t.idle.take_calls, act.ready);
  const leave = screen.stage === "signed_out" ? plainTool(t.idle.sign_out, act.signOut) : plainTool(t.idle.leave, act.leave);
  return html`<div class="keys actions">${main} ${leave}</div>`;
}

export const keys = {
  enter: ({screen, act}) => {
    if (screen.task?.state === "offered") act.callBack();
    else if (screen.stage !== "ready") act.ready();
  },
  digit: ({screen, act}, n) => screen.stage === "paused" && screen.breaks[n - 1] && act.pauseFor(screen.breaks[n - 1]),
  list_up: ({act}) => act.moveRow(-1),
  list_down: ({act}) => act.moveRow(1),
  escape: ({act}) => act.dropRow(),
  call: ({act}) => act.callRow(),
  play: ({act}) => act.play(act.current()),
  other: ({act}) => act.closing(),
};
