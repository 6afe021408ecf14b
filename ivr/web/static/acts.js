// What keys and buttons do: each becomes one message, and the same one never twice at a time.
import {turnTheme} from "./theme.js";
import {speak} from "./words.js";
import {companyActs} from "./parts/company.js";
import {chosen, correctable, correctActs} from "./parts/correct.js";
import {callable, taskOf} from "./parts/left.js";
import {messageActs} from "./parts/messages.js";
import {waysOtherwise} from "./parts/overlays.js";

const NOTE_PAUSE = 700; // ms
const TWICE = 400; // ms
const ON_CALL = new Set(["asking", "outcome", "talking", "transferring", "wrap_up"]);
const OVERLAYS = {
  keys: () => true,
  otherwise: ({stage}) => stage === "outcome",
  other_call: ({other_calls}) => other_calls.length > 0,
  company: ({stage, caller}) => caller !== null && ON_CALL.has(stage),
  correct: (screen, form) => ON_CALL.has(screen.stage) && (form.on ? chosen(screen, form) : correctable(screen)[0]) != null,
  closing: (screen, form) => taskOf(screen, form.task) !== null,
  skip: ({stage}) => stage === "asking",
};

export const allowed = (overlay, screen, form) => overlay !== null && Boolean(screen) && OVERLAYS[overlay](screen, form);

export function acts(desk) {
  const {link, state} = desk;
  const listening = () => desk.listens();
  const call = () => state.screen?.caller?.call ?? "";
  const last = {press: "", at: -TWICE};

  // The same key again at once is a double press, however fast the service was.
  function twice(type, fields) {
    const [press, at] = [JSON.stringify([type, fields, state.face]), performance.now()];
    const again = press === last.press && at - last.at < TWICE;
    Object.assign(last, {press, at});
    return again;
  }

  const busy = (type, fields) => link.find((press) => press.type === type && press.fields.call === fields.call);

  function press(type, fields = {}) {
    if (!listening() || busy(type, fields) || twice(type, fields)) return;
    state.refusal = null;
    link.press(type, fields, desk.now());
    desk.draw();
  }

  const onCall = (type, fields = {}) => press(type, {call: call(), ...fields});

  function answer(given) {
    const question = state.screen.question.id;
    const waiting = desk.answerWaiting();
    if (waiting && !link.takeBack(waiting.request)) return;
    onCall("answer", {question, given});
    state.marks = new Set();
  }

  function close() {
    state.overlay = null;
    state.form = {};
    desk.draw();
  }

  function finish(type, fields) {
    close();
    onCall(type, fields);
  }

  function missing(name) {
    state.form = {...state.form, missing: name};
    desk.draw();
    desk.focus(name);
  }

  const company = companyActs(desk, {finish, missing});
  const correct = correctActs(desk, {finish, onCall, missing});

  const rowIndex = () => state.screen.left.findIndex(({id}) => id === state.row);
  const current = () => taskOf(state.screen, state.row) ?? (state.screen.task?.state === "offered" ? state.screen.task : null);

  function row(id) {
    Object.assign(state, {row: id, heard: null, mute: ""});
    desk.draw();
    document.querySelector('.left [aria-current="true"]')?.scrollIntoView({block: "nearest"});
  }

  const submits = {
    otherwise: ({way, reason = ""}) => {
      if (!reason.trim()) return missing("reason");
      const client = way === "client";
      return finish("override", {owner: client ? "client" : "sales", how: client ? "" : way, reason: reason.trim()});
    },
    company: (form) => company.submit(form),
    correct: (form) => correct.submit(form),
    skip: ({words = ""}) => finish("skip", {question: state.screen.question.id, words: words.trim()}),
  };

  function saveNote() {
    clearTimeout(state.note.timer);
    const {note} = state;
    if (!note.unsent || note.sending === note.text) return;
    const waiting = link.find(({type, fields}) => type === "note" && fields.call === note.call);
    if (waiting) link.takeBack(waiting.request);
    note.sending = note.text;
    note.request = link.press("note", {call: note.call, text: note.text}, desk.now());
  }

  return {
    ready: () => press("ready"),
    pause: () => press("pause", {reason: state.screen.breaks[0]}),
    pauseFor: (reason) => press("pause", {reason}),
    leave: () => press("sign_out"),
    signOut: () => desk.signOut(),
    callBack: () => press("call_back", {task: state.screen.task?.id ?? ""}),
    ...messageActs(desk),
    row,
    dropRow: () => row(null),
    moveRow(by) {
      const {left} = state.screen;
      const to = rowIndex() < 0 ? (by > 0 ? 0 : left.length - 1) : rowIndex() + by;
      if (left[to]) row(left[to].id);
    },
    callRow() {
      const task = taskOf(state.screen, state.row);
      if (task && callable(task) && state.screen.stage === "ready") press("call_back", {task: task.id});
    },
    closing: (task) => desk.act.open("closing", {task: task ?? current()?.id ?? ""}),
    closeTask: (how) => {
      const {task} = state.form;
      close();
      if (task) press("close_task", {task, how});
    },
    current,
    passRing: () => onCall("pass_ring"),
    answer,
    mark(id) {
      if (!listening()) return;
      state.marks = new Set(state.marks.has(id) ? [...state.marks].filter((other) => other !== id) : [...state.marks, id]);
      desk.draw();
    },
    sendMarks() {
      const order = state.screen.question.answers.map(({id}) => id).filter((id) => state.marks.has(id));
      if (order.length) answer(order.join(","));
    },
    typed(input) {
      const given = input.value.trim();
      if (!given || !listening()) return;
      answer(given);
      input.value = "";
      input.blur();
    },
    back: () => onCall("back"),
    notEnquiry: (kind) => finish("not_enquiry", {kind}),
    company: (account, name) => finish("company", {account, name}),
    seek: company.seek,
    found: company.found,
    moveFound: company.move,
    pickFound: company.pick,
    correctOn: correct.on,
    correctTo: correct.to,
    correctList: correct.list,
    correctDigit: correct.digit,
    correct(question) {
      desk.act.open("correct");
      if (state.overlay !== "correct") return;
      if (question) correct.on(question);
      else correct.begin();
    },
    openTree: () => onCall("open_tree"),
    choose(id) {
      state.offer = id;
      desk.draw();
    },
    confirm: (kind = "") => onCall("confirm", {offer: desk.offer()?.id ?? "", kind}),
    passAgain: (kind = "") => onCall("pass", {kind}),
    takeBack: () => onCall("take_back"),
    letTalk: () => onCall("let_talk"),
    hangUp: () => onCall("hang_up"),
    prolong: () => press("prolong"),
    dispose(disposition) {
      if (!listening()) return;
      state.disposition = disposition;
      onCall("disposition", {disposition});
    },
    open(overlay, form = {}) {
      if (!listening() || !allowed(overlay, state.screen, form)) return;
      state.overlay = overlay;
      state.form = overlay === "otherwise" ? {way: waysOtherwise(state.screen.outcome).ways[0]} : form;
      desk.draw();
    },
    close,
    form(changes) {
      state.form = {...state.form, ...changes, missing: undefined};
      desk.draw();
    },
    submit(event) {
      event?.preventDefault();
      submits[state.overlay]?.(state.form);
    },
    single(on) {
      state.single = on;
      localStorage.setItem("linetree-single-keys", on ? "yes" : "no");
      desk.draw();
    },
    speak(code) {
      speak(code);
      desk.draw();
    },
    turnTheme() {
      turnTheme();
      desk.draw();
    },
    focus: (id) => desk.focus(id),
    openNote() {
      state.noteOpen = true;
      desk.draw();
      desk.focus("note");
    },
    noteTyped(text) {
      Object.assign(state.note, {text, unsent: true});
      clearTimeout(state.note.timer);
      state.note.timer = setTimeout(saveNote, NOTE_PAUSE);
      desk.draw();
    },
    noteLeft: saveNote,
    noteDone() {
      saveNote();
      state.noteOpen = false;
      document.activeElement?.blur();
      desk.draw();
    },
  };
}
