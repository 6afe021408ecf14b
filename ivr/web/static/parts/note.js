// The agent's note of this call: it saves itself, and stays on the page while nothing can be sent.
import {html, live, nothing} from "../html.js";
import {exactTime, say} from "../words.js";

export function noteField(v, label) {
  const {t, note} = v;
  return html`<div class="two field">
    <label for="note"><kbd>/</kbd> &nbsp;${say(label ?? (v.stale ? t.note_lost : t.note_label))}</label>
    <textarea id="note" rows="2" maxlength="4000" aria-keyshortcuts="/" .value=${live(note.text)} @input=${(event) => v.act.noteTyped(event.target.value)} @blur=${v.act.noteLeft}></textarea>
    <p class="label" role="status">${status(v)}</p>
  </div>`;
}

function status({t, note, stale}) {
  if (note.unsent && stale) return say(t.note_here);
  if (note.unsent) return say(t.note_saving);
  return note.savedAt ? say(t.note_saved(exactTime(note.savedAt))) : say(t.note_keys);
}

// Under a question the note is one key away; it is open while somebody writes or nothing is sent.
export const noteBelow = (v) => (v.noteOpen ? html`<div class="thirds below">${noteField(v)}</div>` : nothing);
