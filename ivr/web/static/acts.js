// What keys and buttons do: each becomes one message, and the same one never twice at a time.
import {signOut} from "./plain.js";
import {companyActs} from "./parts/company.js";
import {chosen, correctable, correctActs} from "./parts/correct.js";
import {asksDue, typedDue} from "./parts/due.js";
import {callable, taskOf} from "./parts/left.js";
import {messageActs} from "./parts/messages.js";
import {waysOtherwise} from "./parts/overlays.js";
import {words} from "./words.js";

const NOTE_PAUSE = 700; // ms
const ON_CALL = new Set(["asking", "outcome", "talking", "transferring", "wrap_up"]);
const OVERLAYS = {
  keys: () => true,
  otherwise: ({stage}) => stage === "outcome",
  other_call: ({other_calls}) => other_calls.length > 0,
  company: ({stage, caller}) => caller !== null && ON_CALL.has(stage),
  correct: (screen, form) => ON_CALL.has(screen.stage) && (form.on ? chosen(screen, form) : correctable(screen)[0]) != null,
  due: asksDue,
  closing: (screen, form) => taskOf(screen, form.task) !== null,
  skip: ({stage}) => stage === "asking",
};

export const allowed = (overlay, screen, form) => overlay !== null && Boolean(screen) && OVERLAYS[overlay](screen, form);

export function acts(desk) {
  const {link} = desk;
  const call = () => desk.screen?.caller?.call ?? "";
  const onCall = (type, fields = {}) => desk.press(type, {call: call(), ...fields});

  function answer(given) {
    const question = desk.screen.question.id;
    const waiting = desk.answerWaiting();
    if (waiting && (waiting.fields.given === given || !link.takeBack(waiting.request))) return;
    onCall("answer", {question, given});
    desk.marks = new Set();
  }

  function finish(type, fields) {
    if (onCall(type, fields)) desk.close();
  }

  const due = (at) => finish("due", {due: at});

  const company = companyActs(desk, {finish});
  const correct = correctActs(desk, {finish, onCall});

  const rowIndex = () => desk.screen.left.findIndex(({id}) => id === desk.row);
  const current = () => taskOf(desk.screen, desk.row) ?? (desk.screen.task?.state === "offered" ? desk.screen.task : null);

  function row(id) {
    Object.assign(desk, {row: id, played: null, mute: ""});
    desk.draw();
    document.querySelector('.left [aria-current="true"]')?.scrollIntoView({block: "nearest"});
  }

  const submits = {
    otherwise: ({way, reason = ""}) => {
      if (!reason.trim()) return desk.missing("reason");
      const client = way === "client";
      return finish("override", {owner: client ? "client" : "sales", how: client ? "" : way, reason: reason.trim()});
    },
    company: (form) => company.submit(form),
    correct: (form) => correct.submit(form),
    due(form) {
      const {at, missing} = typedDue(form, desk.screen, words(), desk.now());
      return missing ? desk.missing(missing) : due(at);
    },
    skip: ({words: said = ""}) => finish("skip", {question: desk.screen.question.id, words: said.trim()}),
  };

  function saveNote() {
    clearTimeout(desk.note.timer);
    const {note} = desk;
    if (!note.unsent || note.sending === note.text) return;
    const waiting = link.find(({type, fields}) => type === "note" && fields.call === note.call);
    if (waiting) link.takeBack(waiting.request);
    note.sending = note.text;
    note.request = link.press("note", {call: note.call, text: note.text}, desk.now());
  }

  function open(overlay, form = {}) {
    if (!allowed(overlay, desk.screen, form)) return;
    desk.open(overlay, overlay === "otherwise" ? {way: waysOtherwise(desk.screen.outcome).ways[0]} : form);
  }

  return {
    ready: () => desk.press("ready"),
    pause: () => desk.press("pause", {reason: desk.screen.breaks[0]}),
    pauseFor: (reason) => desk.press("pause", {reason}),
    leave: () => desk.press("sign_out"),
    signOut,
    callBack: () => desk.press("call_back", {task: desk.screen.task?.id ?? ""}),
    ...messageActs(desk),
    row,
    dropRow: () => row(null),
    moveRow(by) {
      const {left} = desk.screen;
      const to = rowIndex() < 0 ? (by > 0 ? 0 : left.length - 1) : rowIndex() + by;
      if (left[to]) row(left[to].id);
    },
    callRow() {
      const task = taskOf(desk.screen, desk.row);
      if (task && callable(task) && desk.screen.stage === "ready") desk.press("call_back", {task: task.id});
    },
    closing: (task) => open("closing", {task: task ?? current()?.id ?? ""}),
    closeTask: (how) => {
      const {task} = desk.form;
      if (!task || desk.press("close_task", {task, how})) desk.close();
    },
    current,
    passRing: () => onCall("pass_ring"),
    answer,
    mark(id) {
      if (!desk.listens()) return;
      desk.marks = new Set(desk.marks.has(id) ? [...desk.marks].filter((other) => other !== id) : [...desk.marks, id]);
      desk.draw();
    },
    sendMarks() {
      const order = desk.screen.question.answers.map(({id}) => id).filter((id) => desk.marks.has(id));
      if (order.length) answer(order.join(","));
    },
    typed(input) {
      const given = input.value.trim();
      if (!given || !desk.listens()) return;
      answer(given);
      input.value = "";
      input.blur();
    },
    back: () => onCall("back"),
    notEnquiry: (kind) => finish("not_enquiry", {kind}),
    due,
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
      open("correct");
      if (desk.overlay !== "correct") return;
      if (question) correct.on(question);
      else correct.begin();
    },
    openTree: () => onCall("open_tree"),
    choose(id) {
      desk.offered = id;
      desk.draw();
    },
    confirm: (kind = "") => onCall("confirm", {offer: desk.offer()?.id ?? "", kind}),
    passAgain: (kind = "") => onCall("pass", {kind}),
    takeBack: () => onCall("take_back"),
    letTalk: () => onCall("let_talk"),
    hangUp: () => onCall("hang_up"),
    prolong: () => desk.press("prolong"),
    dispose(disposition) {
      if (!onCall("disposition", {disposition})) return;
      desk.disposition = disposition;
      desk.draw();
    },
    open,
    close: () => desk.close(),
    form: (changes) => desk.fill(changes),
    submit(event) {
      event?.preventDefault();
      submits[desk.overlay]?.(desk.form);
    },
    single: (on) => desk.keysAlone(on),
    redraw: () => desk.draw(),
    focus: (id) => desk.focus(id),
    openNote() {
      desk.noteOpen = true;
      desk.draw();
      desk.focus("note");
    },
    noteTyped(text) {
      Object.assign(desk.note, {text, unsent: true});
      clearTimeout(desk.note.timer);
      desk.note.timer = setTimeout(saveNote, NOTE_PAUSE);
      desk.draw();
    },
    noteLeft: saveNote,
    noteDone() {
      saveNote();
      desk.noteOpen = false;
      document.activeElement?.blur();
      desk.draw();
    },
  };
}
