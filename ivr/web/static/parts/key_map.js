// The list of a page's keys above it, with what goes for the whole page: light, language, the way out.
import {html, nothing} from "../html.js";
import {signOut} from "../plain.js";
import {theme, turnTheme} from "../theme.js";
import {say, speak, words} from "../words.js";
import {clicked, tool} from "./shapes.js";

const cap = (key) => (key === "–" ? key : html`<kbd>${key}</kbd>`);

// Rows are [[caps], words]. `redraw` and `close` do so to the page; `alone` is {on, turn} where single keys may be turned off.
export function keyMap(rows, {redraw, close, alone = null}) {
  const t = words();
  const turned = (act) => () => {
    act();
    redraw();
  };
  return html`<h2 id="over-title">${say(t.page_keys.title)}</h2>
    <dl class="map">${rows.map(([caps, text]) => html`<dt>${caps.map(cap)}</dt><dd>${typeof text === "string" ? say(text) : text}</dd>`)}</dl>
    ${alone ? withoutAlt(alone, t) : nothing}
    <div class="keys">${tool("Esc", t.page_keys.close, close)}
      <button class="tool" type="button" @click=${clicked(turned(turnTheme))}>${say(t.themes.turn(t.themes[theme()]))}</button>
      <button class="tool" type="button" lang=${t.other.code} @click=${clicked(turned(() => speak(t.other.code)))}>${t.other.name}</button>
      <button class="tool" type="button" @click=${clicked(signOut)}>${say(t.sign_out)}</button>
    </div>`;
}

const withoutAlt = ({on, turn}, t) => html`<label class="pick"><input type="checkbox" .checked=${on} @change=${(event) => turn(event.target.checked)}> ${say(t.page_keys.single)}</label>
    <p class="label">${say(t.page_keys.fields)}</p>`;
