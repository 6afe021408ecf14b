// The whole page: bar, alarm, the client in hand, the lists, and what lies above them.
import {about} from "../about.js";
import {alarm} from "../parts/alarm.js";
import {nav} from "../parts/nav.js";
import {brand, tool} from "../parts/shapes.js";
import {html, nothing} from "../html.js";
import {pick, say} from "../words.js";
import {card} from "./card.js";
import {lists} from "./lists.js";
import {over} from "./overlays.js";
import {onCall} from "./stages.js";
import {hour, today} from "./times.js";

const SHAPES = {signed_out: "off", ready: "ready", paused: "pause", ringing: "ring", asking: "talk", outcome: "talk", talking: "talk", transferring: "sales", wrap_up: "wrap"};

export function drawn(v) {
  return html`<a class="skip" href="#main">${say(v.s.skip)}</a>${bar(v)}${alarm(v)}${main(v)}${over(v)}`;
}

function bar(v) {
  const {screen, t, s, now} = v;
  const zone = screen?.sales?.company_zone;
  return html`<header class="bar">
    ${brand()}
    <div class="places"><p class="did quiet">${screen ? html`<span>${today(now, zone)}, <time>${hour(now, zone)}</time></span>` : nothing}</p>${nav()}</div>
    <div class="me">
      <p>${say(s.person(pick(about.person)))} <span class="unseen">, ${t.state}:</span></p>
      ${screen ? html`<p class="st st-${SHAPES[screen.stage]} ${v.stale ? "stale" : ""}" role="status">${say(t.states[screen.stage])}</p>` : nothing}
      ${screen ? pause(v) : nothing}
      ${tool("?", t.keys, v.act.openKeys)}
    </div>
  </header>`;
}

function pause({screen, t, act}) {
  if (screen.stage === "signed_out" || screen.stage === "paused") return nothing;
  const after = onCall(screen);
  const text = screen.pause_wanted ? t.pause_wanted : after ? t.pause_after : t.pause;
  return tool("F9", text, act.pause, {pressed: after ? screen.pause_wanted : undefined});
}

function main(v) {
  if (!v.screen) return html`<main id="main"><section class="card"><p class="read quiet" role="status">${say(v.t.opening)}</p></section></main>`;
  return html`<main id="main" ?data-listens=${v.listens}>${card(v)}${lists(v)}</main>`;
}
