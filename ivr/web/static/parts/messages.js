// Voice messages of a task: played one after another by one key.
import {html, nothing} from "../html.js";
import {say} from "../words.js";
import {tool} from "./shapes.js";

const ID = "message";

export function messages(v, task) {
  const {t} = v;
  if (!task.messages) return nothing;
  const n = Math.min(v.played?.task === task.id ? v.played.n : 0, task.messages - 1);
  const source = `/recordings/${encodeURIComponent(task.id)}/${n}`;
  return html`<div class="message">
    ${tool("P", t.message.play, () => v.act.play(task))}
    <audio id=${ID} controls preload="none" src=${source} data-task=${task.id} aria-label=${t.message.of(n + 1, task.messages)} @ended=${() => v.act.played(task, n)} @error=${v.act.unplayable}></audio>
    ${task.messages > 1 ? html`<span class="label">${say(t.message.of(n + 1, task.messages))}</span>` : nothing}
    ${v.mute === source ? html`<p class="label" role="alert">${say(t.message.missing)}</p>` : nothing}
  </div>`;
}

export function messageActs(desk) {
  const player = () => document.getElementById(ID);

  return {
    play(task) {
      if (!task?.messages) return;
      const audio = player();
      if (audio === null) return;
      if (audio.paused) audio.play().catch(() => {}); // a file that is not there is told by `error`
      else audio.pause();
    },
    played(task, n) {
      if (n + 1 >= task.messages) {
        desk.played = null;
        return desk.draw();
      }
      desk.played = {task: task.id, n: n + 1};
      desk.draw();
      return player()?.play().catch(() => {});
    },
    unplayable(event) {
      desk.mute = event.target.getAttribute("src");
      desk.draw();
    },
  };
}
