// What keys and buttons do: each becomes one message, and the same one never twice at a time.
import {turnTheme} from "./theme.js";
import {speak} from "./words.js";
import {waysOtherwise} from "./parts/overlays.js";

const NOTE_PAUSE = 700; // ms
const TWICE = 400; // ms
const OVERLAYS = {
  keys: () => true,
  otherwise: ({stage}) => stage === "outcome",
  other_call: ({stage}) => stage === "asking" || stage === "outcome",
  company: ({stage, caller}) => caller !== null && (stage === "asking" || stage === "outcome"),
  skip: ({stage}) => stage === "asking",
};

export const allowed = (overlay, screen) => overlay !== null && Boolean(screen) && OVERLAYS[overlay](screen);

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

  const submits = {
    otherwise: ({way, reason = ""}) => {
      if (!reason.trim()) return missing("reason");
      const client = way === "client";
      return finish("override", {owner: client ? "client" : "sales", how: client ? "" : way, reason: reason.trim()});
    },
    company: ({name = ""}) => (name.trim() ? finish("company", {account: "", name: name.trim()}) : missing("name")),
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
    pause: () => press("pause", {reason: "break"}),
    pauseFor: (reason) => press("pause", {reason}),
    leave: () => press("sign_out"),
    signOut: () => desk.signOut(),
    callBack: () => press("call_back", {task: state.screen.task?.id ?? ""}),
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
    openTree: () => onCall("open_tree"),
    choose(id) {
      state.offer = id;
      desk.draw();
    },
    confirm: () => onCall("confirm", {offer: desk.offer()?.id ?? ""}),
    hangUp: () => onCall("hang_up"),
    prolong: () => press("prolong"),
    dispose(disposition) {
      if (!listening()) return;
      state.disposition = disposition;
      onCall("disposition", {disposition});
    },
    open(overlay) {
      if (!listening() || !allowed(overlay, state.screen)) return;
      state.overlay = overlay;
      state.form = overlay === "otherwise" ? {way: waysOtherwise(state.screen.outcome).ways[0]} : {};
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
