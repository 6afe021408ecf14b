// The agent's page: draws the last screen and nothing else, and sends the keys.
import {acts, allowed} from "./acts.js";
import {alarm} from "./parts/alarm.js";
import {bar} from "./parts/bar.js";
import {headline} from "./parts/caller.js";
import {overlay, waysOtherwise} from "./parts/overlays.js";
import {ServerClock} from "./clock.js";
import {html, render} from "./html.js";
import {isField, meaning} from "./keys.js";
import {Link} from "./link.js";
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
};
const SHOW_LOST = 1; // seconds of a lost connection that nobody needs to hear of
const SHOW_UNSENT = 1;
const TICK = 500;
const GUARD = 300; // ms

class Desk {
  link = new Link();
  clock = new ServerClock();
  meta = {number: about.number, company: about.company};
  state = {
    screen: null,
    face: "",
    faceAt: 0,
    lostAt: null, // by performance.now()
    heardAt: 0, // by the service's clock
    refusal: null,
    overlay: null,
    form: {},
    single: localStorage.getItem("linetree-single-keys") !== "no",
    marks: new Set(),
    offer: null,
    disposition: null,
    systemDisposition: null,
    noteOpen: false,
    row: null, // the current task of those that are left to people
    heard: null, // which of its messages is played
    mute: "",
    note: {call: "", text: "", unsent: false, savedAt: null},
  };
  act = acts(this);

  start() {
    this.link.addEventListener("frame", ({detail}) => this.heard(detail));
    this.link.addEventListener("change", () => this.changed());
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("online", () => this.link.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.link.hurry());
    setInterval(() => this.draw(), TICK);
    this.link.open();
    this.draw();
  }

  now() {
    return this.clock.now();
  }

  heard(frame) {
    if (frame.now) {
      this.clock.set(frame.now);
      this.state.heardAt = frame.now;
    }
    if (frame.type === "screen") this.shown(frame.screen);
    const sought = frame.request !== undefined && frame.request === this.state.form.request;
    // What was sought and is only told to be done, or refused, has found nothing.
    if (sought && frame.type !== "companies") this.act.found({...frame, found: []});
    else if (frame.type === "refused") this.refused(frame);
    else if (frame.type === "error") this.state.refusal = "other";
    if (frame.type === "companies") this.act.found(frame);
    if (frame.type === "done") this.done(frame.request);
    this.draw();
  }

  shown(screen) {
    const {state} = this;
    const call = screen.caller?.call ?? "";
    const face = [screen.stage, call, screen.question?.id, screen.task?.id, screen.task?.state].join(" ");
    if (face !== state.face) this.turned(face);
    if (state.note.call !== call) this.anotherCall(call, screen);
    else if (!state.note.unsent) state.note.text = screen.note;
    if (screen.wrap_up && state.systemDisposition === null) state.systemDisposition = screen.wrap_up.disposition;
    state.screen = screen;
    if (!allowed(state.overlay, screen, state.form)) state.overlay = null;
    if (!screen.left.some(({id}) => id === state.row)) state.row = null;
    this.takeCalls(screen);
  }

  // A page that has just turned takes no keys, so that a double press answers one question.
  listens() {
    return performance.now() - this.state.faceAt > GUARD;
  }

  turned(face) {
    setTimeout(() => this.draw(), GUARD + 20);
    Object.assign(this.state, {face, faceAt: performance.now(), refusal: null, marks: new Set(), offer: null});
    if (this.state.overlay === "skip") this.state.overlay = null;
  }

  anotherCall(call, screen) {
    clearTimeout(this.state.note.timer);
    this.state.note = {call, text: screen.note, unsent: false, savedAt: null};
    Object.assign(this.state, {noteOpen: false, disposition: null, systemDisposition: null});
  }

  // The door's main key says "and take calls": do so once, on the first screen.
  takeCalls(screen) {
    if (sessionStorage.getItem("linetree-take-calls") === null) return;
    sessionStorage.removeItem("linetree-take-calls");
    if (screen.stage === "signed_out") this.link.press("ready", {}, this.now());
  }

  refused(frame) {
    this.state.refusal = frame.problem;
    if (frame.request === this.state.note.request) this.state.note.unsent = false;
  }

  done(request) {
    const {note} = this.state;
    if (request !== note.request) return;
    note.savedAt = this.now();
    note.unsent = note.text !== note.sending;
    note.sending = undefined;
  }

  changed() {
    const lost = this.link.state === "lost";
    if (lost && this.state.lostAt === null) this.state.lostAt = performance.now();
    if (this.link.state === "live") this.state.lostAt = null;
    this.draw();
  }

  async signOut() {
    await fetch("/signout", {method: "POST", headers: {"X-Form-Token": about.token}});
    location.replace("/");
  }

  answerWaiting() {
    const {screen} = this.state;
    if (!screen?.question) return null;
    return this.link.find(({type, fields}) => type === "answer" && fields.call === screen.caller?.call && fields.question === screen.question.id);
  }

  offer() {
    const offers = this.state.screen?.outcome?.offers ?? [];
    if (this.state.screen?.outcome?.owner !== "client") return null;
    return offers.find(({id}) => id === this.state.offer) ?? offers[0] ?? null;
  }

  view() {
    const {state, link} = this;
    const {screen} = state;
    const t = words();
    const now = this.now();
    const lostFor = state.lostAt === null ? 0 : (performance.now() - state.lostAt) / 1000;
    const stale = lostFor > SHOW_LOST || link.state === "ended" || link.state === "elsewhere";
    const late = ({at}) => stale || now - at > SHOW_UNSENT;
    const waiting = this.answerWaiting();
    return {
      ...state,
      act: this.act,
      lostFor,
      link,
      listens: this.listens(),
      meta: this.meta,
      noteOpen: state.noteOpen || (stale && screen?.stage === "asking"),
      now,
      offer: this.offer(),
      row: screen?.left.find(({id}) => id === state.row) ?? null,
      stale,
      staleAt: state.heardAt,
      t,
      talks: screen !== null && TALKS.has(screen.stage),
      transferLine: screen ? transferring.transferLine(screen, t, now) : "",
      unsentAnswer: waiting && {...waiting, late: late(waiting)},
      unsentKey: link.find((press) => press.type !== "answer" && press.type !== "note" && late(press)),
    };
  }

  draw() {
    const v = this.view();
    document.title = `${title(v)} · linetree`;
    const main = v.screen ? STAGES[v.screen.stage].draw(v) : html`<main id="main"><section class="strip ask"><span></span><p class="quiet" role="status">${say(v.t.opening)}</p></section></main>`;
    render(html`<a class="skip" href="#main">${say(v.t.skip)}</a>${bar(v)}${alarm(v)}${main}${overlay(v)}`, document.body);
    this.#raise();
  }

  #raise() {
    const dialog = document.getElementById("over");
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    const field = dialog.querySelector(".answers") ? null : dialog.querySelector("input:not([type])");
    (field ?? dialog).focus();
  }

  focus(id) {
    document.getElementById(id)?.focus();
  }

  key(event) {
    const {state} = this;
    const writing = isField(document.activeElement);
    const text = document.activeElement instanceof HTMLTextAreaElement;
    if (text && event.code === "Enter" && event.ctrlKey) return this.#did(event, this.act.noteDone);
    const pressed = meaning(event, state.single);
    if (pressed === null) return undefined;
    if (pressed.name === "escape" && state.overlay) return this.#did(event, this.act.close);
    if (writing || document.activeElement instanceof HTMLAudioElement) return this.#inField(event, pressed);
    if (pressed.name === "enter" && document.activeElement?.matches("button, a, summary")) return undefined;
    if (event.repeat) return this.#did(event, () => {});
    if (state.overlay) return this.#inOverlay(event, pressed);
    return this.#onPage(event, pressed);
  }

  #inField(event, {name}) {
    const moves = {list_up: -1, list_down: 1}[name];
    if (moves && this.state.overlay === "company") return this.#did(event, () => this.act.moveFound(moves));
    if (name === "escape") return this.#did(event, this.act.noteDone);
    return name === "pause" && !event.repeat ? this.#onPage(event, {name}) : undefined;
  }

  #inOverlay(event, {name, n}) {
    const {overlay: open, screen} = this.state;
    if (name === "enter") return this.#did(event, this.act.submit);
    if (name === "help" && open === "keys") return this.#did(event, this.act.close);
    if (name === "zero" && open === "company") return this.#did(event, () => this.focus("name"));
    if (name === "zero" && open === "correct") return this.#did(event, () => this.focus("corrected"));
    if (name === "back" && open === "correct") return this.#did(event, this.act.correctList);
    if (name !== "digit") return undefined;
    const picks = {
      otherwise: () => this.#pickWay(waysOtherwise(screen.outcome).ways[n - 1]),
      other_call: () => this.#pick(screen.other_calls[n - 1], this.act.notEnquiry),
      correct: () => this.act.correctDigit(n),
      closing: () => this.#pick(screen.closings[n - 1], this.act.closeTask),
      company: () => this.#pick(screen.caller.candidates[n - 1]?.[0], (id) => this.act.company(id, "")),
    };
    return open in picks ? this.#did(event, picks[open]) : undefined;
  }

  #pick(id, act) {
    if (id !== undefined) act(id);
  }

  #pickWay(way) {
    if (way === undefined) return;
    this.act.form({way});
    this.focus("reason");
  }

  #onPage(event, {name, n}) {
    const v = this.view();
    if (v.screen === null) return undefined;
    if (name === "help") return this.#did(event, () => this.act.open("keys"));
    if (name === "pause") return this.#did(event, () => this.#pauseKey(v));
    if (v.link.state === "ended" && name === "enter") return this.#did(event, () => location.replace("/"));
    const act = STAGES[v.screen.stage].keys[name] ?? ANYWHERE[name];
    if (!act) return name === "back" ? this.#did(event, () => {}) : undefined;
    return this.#did(event, () => act(v, n));
  }

  #pauseKey({screen}) {
    if (screen.stage !== "signed_out" && screen.stage !== "paused") this.act.pause();
  }

  #did(event, act) {
    event.preventDefault();
    act();
  }
}

function title({screen, stale, t}) {
  if (!screen) return t.opening;
  const who = screen.caller ? headline(screen.caller, t) : "";
  return stale ? t.titles.lost(who) : t.titles[screen.stage](who, screen.question?.step);
}

new Desk().start();

