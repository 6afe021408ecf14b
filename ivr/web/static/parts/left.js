// What machines have left to people: a row a client, one of them current, and what to do with it.
import {html, nothing} from "../html.js";
import {due, phone, pick, say} from "../words.js";
import {messages} from "./messages.js";
import {answers, leave, tool} from "./shapes.js";

export const who = (task, t) => task.company || task.name || phone(task.number) || t.withheld;

export const callable = ({why, number}) => number !== "" && why !== "number" && why !== "withheld";

export function left(v) {
  const {screen, t} = v;
  if (!screen.left.length) return nothing;
  return html`<section class="strip left" aria-labelledby="left">
    <h2 class="label" id="left">${say(t.left.title)}</h2>
    <div>
      <ul>${screen.left.map((task) => row(v, task))}</ul>
      ${screen.left_more ? html`<p class="label after">${say(t.left.more(screen.left_more))}</p>` : nothing}
      ${v.row ? nothing : html`<p class="label after"><kbd>↓</kbd> ${say(t.left.pick)}</p>`}
    </div>
  </section>`;
}

function row(v, task) {
  const {t, now} = v;
  const here = v.row?.id === task.id;
  const name = who(task, t);
  const number = phone(task.number);
  return html`<li aria-current=${here ? "true" : nothing} @click=${() => v.act.row(task.id)}>
    <div class="head"><b>${name}</b>${number && number !== name ? html` <span class="num">${number}</span>` : nothing}${task.key_account ? html` <span class="st st-key">${say(t.key_account)}</span>` : nothing}</div>
    <p class="why">${say(t.left.why[task.why](task.attempts))}${task.messages ? html` ${say(t.left.has_message)}` : nothing}</p>
    <p class="num when">${say(due(task.last_at, now))}</p>
    ${here ? detail(v, task) : nothing}
  </li>`;
}

function detail(v, task) {
  const {t, act} = v;
  return html`<div class="detail">
    ${taskFacts(v, task)}
    ${messages(v, task)}
    <div class="keys">
      ${callable(task) && v.screen.stage === "ready" ? tool("C", t.left.call, act.callRow) : nothing}
      ${tool("X", t.left.close, () => act.closing(task.id))}
      ${tool("Esc", t.left.leave, act.dropRow)}
    </div>
  </div>`;
}

export function taskFacts({t}, task) {
  if (!task.known.length && !task.note) return nothing;
  return html`<dl class="thirds facts">
    ${task.known.map((fact) => html`<div><dt>${pick(fact.label)}</dt><dd>${pick(fact.value)}</dd></div>`)}
    ${task.note ? html`<div><dt>${say(t.note)}</dt><dd>${task.note}</dd></div>` : nothing}
  </dl>`;
}

// Why a task is closed without a call: one digit.
export function closing(v) {
  const {t, screen, form} = v;
  const task = taskOf(screen, form.task);
  const reasons = screen.closings.map((id, n) => ({id, key: n + 1, words: say(t.left.closings[id] ?? id)}));
  return html`<h2 id="over-title">${say(t.left.close_title)}</h2>
    <p class="quiet lead">${task ? who(task, t) : ""}</p>
    ${answers(reasons, {by: "over-title"}, {act: ({id}) => v.act.closeTask(id)})}
    <div class="keys">${leave(v, t.left.leave_open)}</div>`;
}

export const taskOf = (screen, id) => [...screen.left, screen.task].find((task) => task?.id === id) ?? null;
