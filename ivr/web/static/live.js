// A page that draws the last screen that the service sent and nothing else: socket, clock, keys.
//
// A page of this kind says:
//   drawn()             {title, body} of the last screen
//   onPage(pressed)     what a key does on the page, or null
//   inOverlay(pressed)  what a key does in the overlay, or null
// and, where the defaults below do not fit: faceOf, turned, came, took, busy, inField.
import {ServerClock} from "./clock.js";
import {render} from "./html.js";
import {isField, meaning, repeats} from "./keys.js";
import {Link} from "./link.js";
import {typing} from "./typing.js";

const SHOW_LOST = 1; // seconds of a lost connection that nobody needs to hear of
const SHOW_UNSENT = 1;
const TICK = 500; // ms
const GUARD = 300;
const TWICE = 400;
const SINGLE = "linetree-single-keys";
const TAKE_CALLS = "linetree-take-calls";

export class LivePage {
  clock = new ServerClock();
  screen = null;
  face = "";
  refusal = null;
  overlay = null;
  form = {};
  single = localStorage.getItem(SINGLE) !== "no";
  #faceAt = -GUARD;
  #lostAt = null; // by performance.now()
  #heardAt = 0; // by the service's clock
  #last = {press: "", at: -TWICE};
  #opener = null; // what had the focus before the overlay
  #drawing = false;

  constructor(address) {
    this.link = new Link(address);
  }

  // What the page is about; as long as it stays the same, the page has not turned.
  faceOf() {
    return "";
  }

  // The page has turned: `before` is the screen that it showed.
  turned(_screen, _before) {}

  // Another screen has come, whether the page turned or not.
  came(_screen) {}

  // A frame that only this page understands; true when nothing more is to be done with it.
  took(_frame) {
    return false;
  }

  // Whether such a press is still under way.
  busy(type, fields) {
    const sent = JSON.stringify(fields);
    return this.link.find((press) => press.type === type && JSON.stringify(press.fields) === sent);
  }

  // In a field characters only type; Escape leaves it.
  inField(pressed) {
    if (pressed.name === "escape") return () => document.activeElement.blur();
    return pressed.name === "pause" ? this.onPage(pressed) : null;
  }

  start() {
    this.link.addEventListener("frame", ({detail}) => this.#heard(detail));
    this.link.addEventListener("change", () => this.#changed());
    document.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("online", () => this.link.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.link.hurry());
    setInterval(() => this.draw(), TICK);
    this.link.open();
    this.draw();
  }

  now() {
    return this.clock.now();
  }

  // A page that has just turned takes no keys, so that a double press does one thing.
  listens() {
    return performance.now() - this.#faceAt > GUARD;
  }

  // From now on, for a moment.
  guard() {
    this.#faceAt = performance.now();
    setTimeout(() => this.draw(), GUARD + 20);
  }

  // Whether the press was taken: what it was to end stays open otherwise.
  press(type, fields = {}) {
    if (!this.listens() || this.busy(type, fields) || this.#twice(type, fields)) return false;
    this.refusal = null;
    this.link.press(type, fields, this.now());
    this.draw();
    return true;
  }

  open(overlay, form = {}) {
    if (!this.listens()) return;
    if (this.overlay === null) this.#opener = document.activeElement;
    Object.assign(this, {overlay, form});
    this.draw();
    const dialog = document.getElementById("over");
    (dialog?.querySelector("[data-first]") ?? dialog)?.focus();
  }

  close() {
    Object.assign(this, {overlay: null, form: {}});
    this.draw();
    this.#opener?.focus();
    this.#opener = null;
  }

  fill(changes) {
    this.form = {...this.form, ...changes, missing: undefined};
    this.draw();
  }

  missing(name) {
    this.form = {...this.form, missing: name};
    this.draw();
    this.focus(name);
  }

  // What lies above the page comes first: its fields may be called as those below.
  focus(id) {
    (document.querySelector(`#over #${id}`) ?? document.getElementById(id))?.focus();
  }

  keysAlone(on) {
    this.single = on;
    localStorage.setItem(SINGLE, on ? "yes" : "no");
    this.draw();
  }

  // What every drawing of such a page starts from.
  seen() {
    const {link} = this;
    const lostFor = this.#lostAt === null ? 0 : (performance.now() - this.#lostAt) / 1000;
    const stale = lostFor > SHOW_LOST || link.state === "ended" || link.state === "elsewhere";
    const now = this.now();
    return {
      form: this.form,
      link,
      listens: this.listens(),
      lostFor,
      now,
      overlay: this.overlay,
      refusal: this.refusal,
      screen: this.screen,
      single: this.single,
      stale,
      staleAt: this.#heardAt,
      unsentKey: link.find(({at}) => stale || now - at > SHOW_UNSENT),
    };
  }

  // A field that leaves the page tells so in the middle of a drawing: what came of it is drawn next.
  draw() {
    if (this.#drawing) {
      queueMicrotask(() => this.draw());
      return;
    }
    const {title, body} = this.drawn();
    const goOn = typing();
    document.title = `${title} · linetree`;
    this.#drawing = true;
    try {
      render(body, document.body);
    } finally {
      this.#drawing = false;
    }
    const dialog = document.getElementById("over");
    if (dialog && !dialog.open) dialog.showModal();
    goOn();
  }

  #heard(frame) {
    if (frame.now) {
      this.clock.set(frame.now);
      this.#heardAt = frame.now;
    }
    if (frame.type === "screen") this.#shown(frame.screen);
    if (!this.took(frame)) {
      if (frame.type === "refused") this.refusal = frame.problem;
      if (frame.type === "error") this.refusal = "other";
    }
    this.draw();
  }

  #shown(screen) {
    const before = this.screen;
    this.screen = screen;
    const face = this.faceOf(screen);
    if (face !== this.face) {
      Object.assign(this, {face, refusal: null});
      this.guard();
      this.turned(screen, before);
    }
    this.came(screen);
    this.#takeCalls(screen);
  }

  // The door's main key says "and take calls": do so once, on the first screen.
  #takeCalls({stage}) {
    if (sessionStorage.getItem(TAKE_CALLS) === null) return;
    sessionStorage.removeItem(TAKE_CALLS);
    if (stage === "signed_out") this.link.press("ready", {}, this.now());
  }

  #changed() {
    if (this.link.state === "lost") this.#lostAt ??= performance.now();
    if (this.link.state === "live") this.#lostAt = null;
    this.draw();
  }

  // The same key again at once is a double press, however fast the service was.
  #twice(type, fields) {
    const [press, at] = [JSON.stringify([type, fields, this.face]), performance.now()];
    const again = press === this.#last.press && at - this.#last.at < TWICE;
    this.#last = {press, at};
    return again;
  }

  #key(event) {
    const pressed = meaning(event, this.single);
    const at = document.activeElement;
    if (pressed === null) return;
    if (pressed.name === "escape" && this.overlay) this.#did(event, () => this.close());
    else if (isField(at)) this.#inField(event, pressed);
    else if (pressed.name === "enter" && at?.matches("button, a, summary")) return;
    else if (event.repeat && !repeats(pressed)) event.preventDefault();
    else this.#act(event, this.overlay ? this.inOverlay(pressed) : this.onPage(pressed));
  }

  #inField(event, pressed) {
    const act = event.repeat && pressed.name === "pause" ? null : this.inField(pressed);
    if (act) this.#did(event, act);
  }

  #act(event, act) {
    if (act) this.#did(event, act);
    else if (event.code === "Backspace") event.preventDefault(); // it would leave the page
  }

  #did(event, act) {
    event.preventDefault();
    act();
  }
}
