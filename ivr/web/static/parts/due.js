// When sales is to call the client back, as the client says it: by the client's own clock.
import {html, nothing} from "../html.js";
import {day, due as dayAndTime, say, time} from "../words.js";
import {field, moment} from "./fields.js";
import {leave, plainTool, tool} from "./shapes.js";

// Before the decision is confirmed, and while nobody dials yet.
export const asksDue = ({outcome, stage, transfer}) => outcome?.owner === "sales" && (stage === "outcome" || transfer?.state === "callback");

export const dueTool = ({screen, t, act}) => (asksDue(screen) ? tool("D", t.due.tool, () => act.open("due")) : nothing);

// The client's own clock where it shows something else than this one.
function theirs(at, {callback_zone: zone}) {
  if (!zone || time(at, zone) === time(at)) return "";
  return day(at, zone) === day(at) ? time(at, zone) : `${time(at, zone)}, ${day(at, zone)}`;
}

// The time that the client has asked for, "" if none.
export function asked({callback_due: at, ...outcome}, t, now) {
  if (at === null || !outcome.callback_asked) return "";
  const words = say(t.outcome.asked(dayAndTime(at, now), theirs(at, outcome)));
  return outcome.callback_moved ? html`${words} <small>${say(t.outcome.moved)}</small>` : words;
}

export function due(v) {
  const {screen, t, form, now} = v;
  const {outcome} = screen;
  const there = theirs(now, outcome);
  const typed = (name, first) => field({now, s: t.due, zone: outcome.callback_zone}, name, form, v.act.form, {first});
  return html`<form @submit=${v.act.submit} novalidate>
    <h2 id="over-title">${say(t.due.title)}</h2>
    ${there ? html`<p class="quiet lead">${say(t.due.theirs(there))}</p>` : nothing}
    <div class="day-and-time">${typed("day", true)}${typed("hour", false)}</div>
    <div class="keys">
      <button class="main-key" type="submit" aria-keyshortcuts="Enter"><kbd>Enter</kbd> ${say(t.due.save)}</button>
      ${screen.stage === "outcome" && outcome.callback_asked ? plainTool(t.due.soon, () => v.act.due("")) : nothing}
      ${leave(v, t.due.leave)}
    </div>
  </form>`;
}

// The day and time typed, as the service reads them; or the name of the field that says nothing.
export const typedDue = (form, {outcome}, t, now) => moment(form, now, outcome.callback_zone, t.due.typed);
