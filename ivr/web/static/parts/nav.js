// The way between the pages, for those who may see more than one.
import {about} from "../about.js";
import {html, nothing} from "../html.js";
import {say, words} from "../words.js";

export function nav() {
  const t = words().nav;
  const alone = about.rooms.every(({id}) => id === about.room);
  if (alone) return nothing;
  return html`<nav class="nav" aria-label=${t.label}>${about.rooms.map(({id, address}) => html`<a href=${address} aria-current=${id === about.room ? "page" : nothing}>${say(t[id] ?? id)}</a>`)}</nav>`;
}
