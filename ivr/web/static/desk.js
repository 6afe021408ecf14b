// The agent's page: draws the last screen and nothing else, and sends the keys.
import {acts, allowed} from "./acts.js";
import {alarm} from "./parts/alarm.js";
import {bar} from "./parts/bar.js";
import {headline} from "./parts/caller.js";
import {overlay, waysOtherwise} from "./parts/overlays.js";
import {html} from "./html.js";
import {LivePage} from "./live.js";
import * as asking from "./stages/asking.js";
import * as idle from "./stages/idle.js";
import * as outcome from "./stages/outcome.js";
import * as ringing from "./stages/ringing.js";
import * as talking from "./stages/talking.js";
import * as transferring from "./stages/transferring.js";
import * as wrapUp from "./stages/wrap_up.js";
import {about} from "./about.js";
import "./theme.js";
import {learn, say, words} from "./words.js";
import en from "./words/en/desk.js";
import ru from "./words/ru/desk.js";

learn({ru, en});

const STAGES = {signed_out: idle, ready: idle, paused: idle, ringing, asking, outcome, talking, transferring, wrap_up: wrapUp};
const TALKS = new Set(["asking", "outcome", "talking", "transferring"]);
// At any moment of a call, whatever the page is about.
const ANYWHERE = {
  company: ({act, screen}) => screen.caller && act.open("company"),
  correct: ({act, screen}) => screen.caller && act.correct(),
  due: ({act}) => act.open("due"),
};
// Said anew while the first is still under way: of another company, answer or end of the call.
const REVISED = new Set(["company", "correct", "disposition", "due"]);
const SHOW_UNSENT = 1; // seconds of a key press under way that nobody needs to hear of

class Desk extends LivePage {
  meta = {number: about.number, company: about.company};
  marks = new Set(); // answers marked at a question of several
  offered = null; // the offer that was picked by hand
  disposition = null;
  systemDisposition = null;
  noteOpen = false;
  row = null; // the current task of those that are left to people
  played = null; // which of its messages is played
  mute = ""; // the message that could not be played
  note = {call: "", text: "", unsent: false, savedAt: null};
  act = acts(this);

  faceOf({stage, caller, question, task}) {
    return [stage, caller?.call ?? "", question?.id, task?.id, task?.state].join(" ");
  }

  turned() {
    Object.assign(this, {marks: new Set(), offered: null});
    const exact = document.getElementById("exact");
    if (exact) exact.value = ""; // what was begun belongs to the question before
    if (this.overlay === "skip") this.overlay = null;
  }

  came(screen) {
    const call = callOf(screen);
    if (this.note.call !== call) this.#anotherCall(call, screen);
    else if (!this.note.unsent) this.note.text = screen.note;
    if (screen.wrap_up) this.systemDisposition ??= screen.wrap_up.disposition;
    if (!allowed(this.overlay, screen, this.form)) this.overlay = null;
    if (!screen.left.some(({id}) => id === this.row)) this.row = null;
  }

  #anotherCall(call, screen) {
    clearTimeout(this.note.timer);
    this.note = {call, text: screen.note, unsent: false, savedAt: null};
    Object.assign(this, {noteOpen: false, disposition: null, systemDisposition: null});
  }

  took(frame) {
    const {type, request} = frame;
    if (request === undefined) return false;
    if (request === this.note.request) this.#noteTold(type);
    if (request !== this.form.request) return false;
    // What was sought and is only told to be done, or refused, has found nothing.
    this.act.found(type === "companies" ? frame : {...frame, found: []});
    return true;
  }

  #noteTold(type) {
    const {note} = this;
    if (type === "refused") note.unsent = false;
    if (type !== "done") return;
    note.savedAt = this.now();
    note.unsent = note.text !== note.sending;
    note.sending = undefined;
  }

  // One press of a kind about a call at a time, unless it is one that people think better of.
  busy(type, fields) {
    if (REVISED.has(type)) return super.busy(type, fields);
    return this.link.find((press) => press.type === type && press.fields.call === fields.call);
  }

  answerWaiting() {
    const {screen, link} = this;
    if (!screen?.question) return null;
    return link.find(({type, fields}) => type === "answer" && fields.call === callOf(screen) && fields.question === screen.question.id);
  }

  offer() {
    const outcome = this.screen?.outcome;
    if (outcome?.owner !== "client") return null;
    return outcome.offers.find(({id}) => id === this.offered) ?? outcome.offers[0] ?? null;
  }

  view() {
    const {screen, link} = this;
    const t = words();
    const seen = this.seen();
    const late = ({at}) => seen.stale || seen.now - at > SHOW_UNSENT;
    const waiting = this.answerWaiting();
    return {
      ...seen,
      act: this.act,
      disposition: this.disposition,
      marks: this.marks,
      meta: this.meta,
      mute: this.mute,
      note: this.note,
      noteOpen: this.noteOpen || (seen.stale && screen?.stage === "asking"),
      offer: this.offer(),
      played: this.played,
      row: screen?.left.find(({id}) => id === this.row) ?? null,
      systemDisposition: this.systemDisposition,
      t,
      talks: screen !== null && TALKS.has(screen.stage),
      transferLine: screen ? transferring.transferLine(screen, t, seen.now) : "",
      unsentAnswer: waiting && {...waiting, late: late(waiting)},
      unsentKey: link.find((press) => press.type !== "answer" && press.type !== "note" && late(press)),
    };
  }

  drawn() {
    const v = this.view();
    const main = v.screen ? STAGES[v.screen.stage].draw(v) : html`<main id="main"><section class="strip ask"><span></span><p class="quiet" role="status">${say(v.t.opening)}</p></section></main>`;
    return {title: title(v), body: html`<a class="skip" href="#main">${say(v.t.skip)}</a>${bar(v)}${alarm(v)}${main}${overlay(v)}`};
  }

  inField(pressed) {
    const moves = {list_up: -1, list_down: 1}[pressed.name];
    if (moves && this.overlay === "company") return () => this.act.moveFound(moves);
    return pressed.name === "escape" || pressed.name === "written" ? this.act.noteDone : super.inField(pressed);
  }

  inOverlay({name, n}) {
    const {act, overlay: open, screen} = this;
    if (name === "enter") return act.submit;
    if (name === "help" && open === "keys") return act.close;
    if (name === "zero" && open === "company") return () => this.focus("name");
    if (name === "zero" && open === "correct") return () => this.focus("corrected");
    if (name === "back" && open === "correct") return act.correctList;
    if (name !== "digit") return null;
    const picks = {
      otherwise: () => this.#pickWay(waysOtherwise(screen.outcome).ways[n - 1]),
      other_call: () => this.#pick(screen.other_calls[n - 1], act.notEnquiry),
      correct: () => act.correctDigit(n),
      closing: () => this.#pick(screen.closings[n - 1], act.closeTask),
      company: () => this.#pick(screen.caller.candidates[n - 1]?.[0], (id) => act.company(id, "")),
    };
    return picks[open] ?? null;
  }

  #pick(id, act) {
    if (id !== undefined) act(id);
  }

  #pickWay(way) {
    if (way === undefined) return;
    this.fill({way});
    this.focus("reason");
  }

  onPage({name, n}) {
    const {screen} = this;
    if (screen === null) return null;
    if (name === "help") return () => this.act.open("keys");
    if (name === "pause") return screen.stage === "signed_out" || screen.stage === "paused" ? () => {} : this.act.pause;
    if (this.link.state === "ended" && name === "enter") return () => location.replace("/");
    const act = STAGES[screen.stage].keys[name] ?? ANYWHERE[name];
    return act ? () => act(this.view(), n) : null;
  }
}

const callOf = (screen) => screen.caller?.call ?? "";

function title({screen, stale, t}) {
  if (!screen) return t.opening;
  const who = screen.caller ? headline(screen.caller, t) : "";
  return stale ? t.titles.lost(who) : t.titles[screen.stage](who, screen.question?.step);
}

new Desk("/socket").start();

