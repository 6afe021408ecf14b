// A missed call: offered where nobody waits, and dialled by one key.
import {refusal} from "../parts/alarm.js";
import {left, taskFacts} from "../parts/left.js";
import {messages} from "../parts/messages.js";
import {fact, mainKey, state, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {due, extension, phone, say} from "../words.js";

const SHAPES = {offered: "late", phone: "ring", client: "wait"};

export function draw(v) {
  const {screen, t} = v;
  const {task} = screen;
  return html`<main id="main" class="idle" ?data-listens=${v.listens}>
    <section class="strip ask" aria-labelledby="who">
      <div class="rail-note">${state(SHAPES[task.state], t.task.states[task.state])}</div>
      <div>
        <div class="who-big">
          <h1 class="say" id="who" aria-live="polite">${task.company || task.name || phone(task.number)}</h1>
          ${task.key_account ? html`<p class="names"><span class="st st-key">${say(t.key_account)}</span></p>` : nothing}
        </div>
        ${facts(v)}
        ${taskFacts(v, task)}
        ${task.state === "offered" && !v.row ? messages(v, task) : nothing}
        <div class="keys actions">${action(v)}</div>
        ${refusal(v)}
        ${task.more ? html`<p class="quiet below">${say(t.task.more(task.more))}</p>` : nothing}
      </div>
    </section>
    ${left(v)}
  </main>`;
}

function facts({screen, t, now}) {
  const {task} = screen;
  const rows = [task.company ? task.name : "", phone(task.number)].filter(Boolean);
  return html`<dl class="thirds facts task">
    ${fact(t.task.who, rows.map((text) => html`<span class="row">${text}</span>`))}
    ${fact(t.task.when, say(t.task.calls(task.count, due(task.last_at, now))))}
    ${task.attempts ? fact(t.task.tried, say(t.task.tries(task.attempts))) : nothing}
  </dl>`;
}

function action({screen, t, act}) {
  if (screen.task.state === "offered") return html`${mainKey(t.task.call, act.callBack)} ${tool("X", t.left.close, () => act.closing(screen.task.id))}`;
  const words = screen.task.state === "phone" ? t.task.phone(extension(screen.phone)) : t.task.client;
  return html`<p class="lift" role="status">${say(words)}</p>`;
}
