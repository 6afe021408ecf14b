// The frame of a page that speaks plain HTTP: bar, navigation, language, theme, keys, signed out.
//
// new Page({title, main, keys, help}).start():
//   title()      the words before "· linetree"
//   main()       the template of <main id="main"> and what goes with it
//   key(event)   optional; gets each key press that the frame does not take; true when taken
//   help()       optional; rows [[caps], words] of the overlay of keys
//   skip()       optional; the words of the link over the bar
import {about} from "./about.js";
import {ask, Refusal} from "./plain.js";
import {html, nothing, render} from "./html.js";
import {isField} from "./keys.js";
import {keyMap} from "./parts/key_map.js";
import {nav} from "./parts/nav.js";
import {brand, tool} from "./parts/shapes.js";
import "./theme.js";
import {pick, say, words} from "./words.js";

export class Page {
  ended = false;
  lost = false;
  open = null; // the overlay: a function that draws it
  #refusal = null; // what it was refused

  constructor(room) {
    this.room = room;
  }

  start() {
    document.addEventListener("keydown", (event) => this.#key(event));
    this.draw();
  }

  // As `ask`, and the frame tells of a lost session or service by itself. Throws Refusal.
  async ask(address, body, options) {
    try {
      const told = await ask(address, body, options);
      this.lost = false;
      return told;
    } catch (error) {
      if (error instanceof Refusal) {
        this.ended ||= error.status === 401;
        this.lost = error.problem === "unreachable";
        this.draw();
      }
      throw error;
    }
  }

  // Runs what asks the service, then draws; a refusal goes to `tell`, which hears null before. Gives whether it was done.
  async told(act, tell) {
    tell(null);
    let done = true;
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      done = false;
      tell(refusal);
    }
    this.draw();
    return done;
  }

  // The same for what the overlay asks: its template is given the refusal, unless it was left meanwhile.
  toldAbove(act) {
    const {open} = this;
    return this.told(act, (refusal) => {
      if (open === this.open) this.#refusal = refusal;
    });
  }

  draw() {
    document.title = `${this.room.title()} · linetree`;
    const t = words();
    const skip = this.room.skip?.() ?? this.room.title();
    render(html`<a class="skip" href="#main">${say(skip)}</a>${this.#bar(t)}${this.#alarm(t)}${this.room.main()}${this.#over()}`, document.body);
    const dialog = document.getElementById("over");
    if (dialog && !dialog.open) {
      dialog.showModal();
      (dialog.querySelector("[data-first]") ?? dialog).focus();
    }
  }

  // Draws the overlay until it is closed; `template` is called at each drawing.
  show(template) {
    this.open = template;
    this.#refusal = null;
    this.draw();
  }

  close() {
    if (this.open === null) return;
    this.open = null;
    document.getElementById("over")?.close(); // the focus goes back to where it was
    this.draw();
  }

  #bar(t) {
    return html`<header class="bar">
      ${brand()}
      ${about.rooms.length > 1 ? nav() : html`<p class="did">${say(this.room.title())}</p>`}
      <div class="me"><p>${pick(about.person)}</p> ${tool("?", t.keys, () => this.show(() => this.#keys()))}</div>
    </header>`;
  }

  #alarm(t) {
    if (this.ended) return told(t.page_ended, html`<a href=${location.pathname + location.search}>${say(t.page_ended.enter)}</a>`);
    if (this.lost) return told(t.page_lost, nothing);
    return nothing;
  }

  #over() {
    if (this.open === null) return nothing;
    const close = () => this.close();
    return html`<dialog id="over" class="over" tabindex="-1" aria-labelledby="over-title" @cancel=${close} @close=${close}>${this.open(this.#refusal)}</dialog>`;
  }

  #keys() {
    return keyMap(this.room.help?.() ?? [], {redraw: () => this.draw(), close: () => this.close()});
  }

  #key(event) {
    if (event.isComposing || event.defaultPrevented) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (this.open && event.code === "Escape" && plain) this.#took(event, () => this.close());
    else if (this.open === null && plain && event.shiftKey && event.code === "Slash" && !isField(document.activeElement)) this.#took(event, () => this.show(() => this.#keys()));
    else if (this.room.key?.(event)) event.preventDefault();
  }

  #took(event, act) {
    event.preventDefault();
    act();
  }
}

const told = ({title, text}, right) => html`<section class="alarm" aria-label=${say(title)}><div class="told" role="alert"><p class="st st-lost">${say(title)}</p><p>${say(text)}</p></div><p>${right}</p></section>`;

// A refusal in words, beside what was asked; `detail` is the server's own sentence.
export function refused(refusal, own = {}) {
  if (!refusal) return html`<div role="alert"></div>`;
  const detail = refusal.detail && refusal.problem === "refused" ? html`<p>${refusal.detail}</p>` : nothing;
  return html`<div role="alert"><div class="problem"><b>${say(words().refusals.title)}</b><p>${say(refusal.words(own))}</p>${detail}</div></div>`;
}
