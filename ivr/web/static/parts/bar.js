// The bar: whose number, which line, which state am I in.
import {html, nothing} from "../html.js";
import {about} from "../about.js";
import {phone, pick, say} from "../words.js";
import {nav} from "./nav.js";
import {brand, tool} from "./shapes.js";

const SHAPES = {signed_out: "off", ready: "ready", paused: "pause", ringing: "ring", asking: "talk", outcome: "talk", talking: "talk", transferring: "sales", wrap_up: "wrap"};
const MOST_DRAWN = 12;

export function bar(v) {
  const {screen, t} = v;
  const stale = v.stale ? "stale" : "";
  return html`<header class="bar">
    ${brand()}
    <div class="places"><p class="did">${screen?.line ? onLine(screen.line, t) : ownNumber(v)}</p>${nav()}</div>
    <div class="me">
      <p>${pick(about.person)} <span class="unseen">, ${t.state}:</span></p>
      ${screen ? html`<p class="st st-${SHAPES[screen.stage]} ${stale}" role="status">${say(t.states[screen.stage])}</p>` : nothing}
      ${screen && screen.stage !== "signed_out" ? pause(v) : nothing}
      ${tool("?", t.keys, () => v.act.open("keys"))}
    </div>
  </header>`;
}

function pause(v) {
  const {screen, t} = v;
  const after = v.talks || screen.stage === "ringing";
  const words = screen.pause_wanted ? t.pause_wanted : after ? t.pause_after : t.pause;
  if (screen.stage === "paused") return nothing;
  return tool("F9", words, v.act.pause, {pressed: after ? screen.pause_wanted : undefined});
}

const ownNumber = ({meta, t}) => html`<b class="num">${phone(meta.number)}</b> <span class="quiet">${say(t.intake(pick(meta.company)))}</span>`;

function onLine(line, t) {
  const words = line.mine ? t.line(line.mine, line.lines) : t.busy(line.used, line.lines);
  return html`<b class="num">${phone(line.did)}</b> <span>${say(words)}${line.lines <= MOST_DRAWN ? drawn(line) : nothing}</span>`;
}

function drawn({used, lines, mine}) {
  const others = mine && mine > used ? used - 1 : used;
  const kind = (n) => (n === mine ? "mine" : n <= others ? "busy" : "");
  return html`<span class="lines" aria-hidden="true">${Array.from({length: lines}, (_, n) => html`<i class=${kind(n + 1)}></i>`)}</span>`;
}
