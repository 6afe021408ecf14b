// The page of a salesperson: the client in hand on the left, those to be called on the right.
import "./theme.js";
import {LivePage} from "./live.js";
import {callActs} from "./sales/acts.js";
import * as card from "./sales/card.js";
import {rowsOf} from "./sales/lists.js";
import {drawn} from "./sales/page.js";
import {LIVE, onCall} from "./sales/stages.js";
import {learn, words} from "./words.js";
import desk_en from "./words/en/desk.js";
import desk_ru from "./words/ru/desk.js";
import en from "./words/en/sales.js";
import ru from "./words/ru/sales.js";

learn({ru: desk_ru, en: desk_en});
learn({ru, en});

const LEAF = 0.9; // of what is in sight: a line or two stay
const READ_AFTER = 200; // ms for which a row stays chosen before its client is read

class SalesDesk extends LivePage {
  chosen = null; // the row that C and T are about
  wanted = null; // the chosen row until its client is on the left
  result = {}; // what is being said of the client in hand
  act = callActs(this);
  #reading = 0;
  #place = 0; // where in the lists the chosen row was
  #onLeft = ""; // who was last read there

  faceOf({stage, caller, sales}) {
    return [stage, caller?.call, sales?.live?.id, sales?.live?.stage].join(" ");
  }

  turned({sales}, before) {
    if (sales?.live?.id !== before?.sales?.live?.id) this.result = {};
    if (this.overlay !== "keys") this.overlay = null;
  }

  // The chosen row stays whatever comes and goes around it. In the place of one that has gone
  // stands its neighbour, to whom a key that was meant for the other must do nothing.
  came(screen) {
    const rows = rowsOf(screen);
    const live = screen.sales?.live ?? null;
    this.#opened(live && !LIVE.has(live.stage) ? live.id : "");
    if (onCall(screen) || live?.id === this.wanted) this.wanted = null;
    const at = rows.findIndex(({id}) => id === this.chosen);
    if (at >= 0) this.#place = at;
    else if (this.chosen === null || this.chosen !== live?.id) this.#instead(rows, live);
  }

  // A client who was opened elsewhere is chosen here, too; the answer to an older choice changes nothing.
  #opened(id) {
    if (id && id !== this.#onLeft && this.wanted === null) this.chosen = id;
    this.#onLeft = id;
  }

  #instead(rows, live) {
    if (this.chosen !== null) this.guard();
    this.wanted = null;
    const next = rows.find(({id}) => id === live?.id) ?? rows[Math.min(this.#place, rows.length - 1)];
    this.chosen = next?.id ?? null;
  }

  row() {
    return rowsOf(this.screen).find(({id}) => id === this.chosen) ?? null;
  }

  // Whom C and T are about: the chosen row, or the client on the left where no row stands for him.
  target() {
    const {live, mine} = this.screen.sales ?? {};
    const row = this.row();
    if (row) return {id: row.id, mine: mine.includes(row)};
    return live && !LIVE.has(live.stage) ? live : null;
  }

  // Without a call the chosen client is read on the left; in a call the card stays what it is.
  choose(id) {
    this.chosen = id;
    this.#place = rowsOf(this.screen).findIndex((row) => row.id === id);
    clearTimeout(this.#reading);
    this.wanted = onCall(this.screen) || this.#isRead(id) ? null : id;
    if (this.wanted !== null) this.#reading = setTimeout(() => this.#read(id), READ_AFTER);
    this.draw();
    document.querySelector(".due tr[aria-current]")?.scrollIntoView({block: "nearest"});
  }

  // Not a key, so that a page that has just turned reads on all the same.
  #read(id) {
    if (this.wanted === id) this.link.press("open_promise", {promise: id}, this.now());
  }

  // On the left, and no other client is on the way there.
  #isRead(id) {
    return this.screen.sales?.live?.id === id && !this.link.find(({type}) => type === "open_promise");
  }

  move(step) {
    const rows = rowsOf(this.screen);
    const at = rows.findIndex(({id}) => id === this.chosen);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next) this.choose(next.id);
  }

  // What is known of the client goes on where it is longer than its place; else the page itself moves.
  #leaf(way) {
    const read = document.getElementById("read");
    if (!read || read.scrollHeight <= read.clientHeight || read.contains(document.activeElement)) return null;
    return () => read.scrollBy({top: way * LEAF * read.clientHeight});
  }

  say(changes) {
    this.result = {...this.result, missing: undefined, ...changes};
    this.draw();
  }

  drawn() {
    const t = words();
    const v = {...this.seen(), act: this.act, t: {...t, ended: t.sales.ended, problems: {...t.problems, ...t.sales.problems}}, s: t.sales, row: this.screen && this.row(), result: this.result};
    return {title: title(v), body: drawn(v)};
  }

  onPage({name, n}) {
    const {act, screen, link} = this;
    if (screen === null) return null;
    if (link.state === "ended") return name === "enter" ? () => location.replace("/") : null;
    const live = screen.sales?.live ?? null;
    const does = {
      help: () => this.open("keys"),
      pause: act.pause,
      list_up: () => this.move(-1),
      list_down: () => this.move(1),
      page_up: this.#leaf(-1),
      page_down: this.#leaf(1),
      call: act.call,
      take: act.take,
      enter: act.main,
      plus: screen.wrap_up && act.prolong,
      end: screen.stage === "talking" && act.hangUp,
      escape: screen.stage === "ringing" ? act.passRing : live && !LIVE.has(live.stage) && act.leave,
      note: card.takesResult(live) && (() => document.getElementById("note")?.focus()),
      digit: card.takesResult(live) && (() => act.choose(n)),
      due: live && act.canMove() && act.openDue,
      meeting: act.openMeeting,
      otherwise: live && act.isChief() && act.openOwner,
      other: live && act.isChief() && act.openClosing,
    };
    return does[name] || null;
  }

  inOverlay({name, n}) {
    if (name === "enter") return this.act.submit;
    if (name === "help" && this.overlay === "keys") return () => this.close();
    if (name === "digit" && this.overlay === "owner") return () => this.act.pickOwner(n);
    if (name === "digit" && this.overlay === "meeting") return () => this.act.pickMeeting(n);
    return null;
  }
}

function title({screen, stale, s, t}) {
  if (!screen) return t.opening;
  const live = screen.sales?.live;
  const who = live ? card.who(live, s) : "";
  const {counts} = screen.sales ?? {};
  const late = counts ? counts.overdue : 0;
  if (stale) return t.titles.lost(who);
  return [s.titles[live?.stage]?.(who) ?? t.states[screen.stage], late ? s.overdue_count(late) : ""].filter(Boolean).join(" · ");
}

new SalesDesk("/socket").start();
