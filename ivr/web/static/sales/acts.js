// What the keys and buttons of the sales desk do: each becomes one message.
import {LIVE, onCall} from "./stages.js";
import {words} from "../words.js";
import {moment} from "../parts/fields.js";
import {meetingsOf} from "./lists.js";
import {ownersOf} from "./overlays.js";
import {RESULTS, timed} from "./result.js";

const told = ({id, place, with_whom, minutes}) => ({meeting: id, place, with_whom, minutes: String(minutes)});

const trimmed = (text) => (text ?? "").trim();

export function callActs(desk) {
  const live = () => desk.screen?.sales?.live ?? null;
  const promise = () => live()?.id ?? "";
  const call = () => desk.screen?.caller?.call ?? "";

  function finish(type, fields) {
    if (desk.press(type, fields)) desk.close();
  }

  // The day and time typed into a form, in the client's zone.
  const typed = (form) => moment(form, desk.now(), zone(), words().sales.typed);

  const zone = () => (desk.overlay === "meeting" ? "" : live()?.zone) || desk.screen.sales.company_zone;

  function record(event) {
    event?.preventDefault();
    const {result, ...said} = desk.result;
    if (!result) return;
    const {at = "", missing} = timed(result) ? typed(said) : {};
    if (missing) {
      desk.say({missing});
      document.getElementById(missing)?.focus();
      return;
    }
    document.activeElement?.blur();
    desk.press("result", {promise: promise(), result, note: trimmed(said.note), ...step(result, said, at)});
  }

  function step(result, said, at) {
    if (result === "again") return {due: at};
    if (result === "meeting") return {starts: at, minutes: trimmed(said.minutes), place: trimmed(said.place), with_whom: trimmed(said.with_whom)};
    return {next_step: trimmed(said.next_step)};
  }

  // Finishes with what `fields` makes of the form, once the wanted ones say something.
  function withReason(type, fields) {
    const reason = trimmed(desk.form.reason);
    if (reason) finish(type, {...fields, reason});
    else desk.missing("reason");
  }

  function withTime(type, fields) {
    const {at, missing} = typed(desk.form);
    if (missing) desk.missing(missing);
    else finish(type, fields(at));
  }

  const submits = {
    owner: ({owner}) => (owner === undefined ? undefined : withReason("owner", {promise: promise(), owner})),
    closing: () => withReason("close_promise", {promise: promise()}),
    due: () => withTime("promise_due", (due) => ({promise: promise(), due})),
    meeting: ({minutes, place, with_whom}) => withTime("move_meeting", (starts) => ({meeting: desk.form.meeting, starts, minutes: trimmed(minutes), place: trimmed(place), with_whom: trimmed(with_whom)})),
    cancelling: () => withReason("cancel_meeting", {meeting: desk.form.meeting}),
  };

  return {
    ready: () => desk.press("ready"),
    pause: () => desk.screen.stage !== "signed_out" && desk.screen.stage !== "paused" && desk.press("pause", {reason: "break"}),
    leaveShift: () => desk.press("sign_out"),
    passRing: () => desk.press("pass_ring", {call: call()}),
    hangUp: () => desk.press("hang_up", {call: call()}),
    prolong: () => desk.press("prolong"),
    // Enter does what the filled key says.
    main() {
      if (desk.result.result) record();
      else if (live()?.stage !== "result" && ["signed_out", "paused", "wrap_up"].includes(desk.screen.stage)) desk.press("ready");
    },
    call(id = desk.target()?.id) {
      if (id && !onCall(desk.screen)) desk.press("call_now", {promise: id});
    },
    take(one = desk.target()) {
      if (one && !one.mine) desk.press("take", {promise: one.id});
    },
    leave: () => desk.press("open_promise", {promise: ""}),
    pick: (id) => desk.choose(id),
    choose(n) {
      const result = RESULTS[n - 1];
      if (result === undefined || !desk.listens()) return;
      desk.say({result, minutes: desk.result.minutes ?? "60", with_whom: desk.result.with_whom ?? live().client});
      document.getElementById("write")?.scrollIntoView({block: "nearest"});
      if (timed(result)) document.getElementById("day")?.focus();
    },
    say: (changes) => desk.say(changes),
    record,
    isChief: () => desk.screen.sales.supervisor,
    canMove: () => !LIVE.has(live().stage) && live().stage !== "closed",
    openDue: () => desk.open("due"),
    openOwner: () => desk.open("owner"),
    openClosing: () => desk.open("closing"),
    openMeeting() {
      const [first] = meetingsOf(desk.screen);
      if (first) desk.open("meeting", told(first));
    },
    pickMeeting(n) {
      const meeting = meetingsOf(desk.screen)[n - 1];
      if (meeting) desk.fill(told(meeting));
    },
    openCancelling: () => desk.open("cancelling", {meeting: desk.form.meeting}),
    pickOwner(n) {
      const owner = ownersOf(desk.screen, words().sales)[n - 1];
      if (owner) desk.fill({owner: owner[0]});
    },
    openKeys: () => desk.open("keys"),
    fill: (changes) => desk.fill(changes),
    close: () => desk.close(),
    keysAlone: (on) => desk.keysAlone(on),
    redraw: () => desk.draw(),
    submit(event) {
      event?.preventDefault();
      submits[desk.overlay]?.(desk.form);
    },
  };
}
