// Small things that every page is made of.
import {html, nothing} from "../html.js";
import {isoSpan, say, span} from "../words.js";

export const state = (kind, words, more = "") => html`<p class="st st-${kind} ${more}">${say(words)}</p>`;

export const clock = (seconds, label) => html`<p class="clock"><time role="timer" datetime=${isoSpan(seconds)}>${span(seconds)}</time> <span class="label">${say(label)}</span></p>`;

export const brand = () => html`<p class="brand"><svg width="18" height="18" viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M1 9h7M8 9V4h9M8 9v5h9"></path></svg> linetree</p>`;

// A click from a mouse leaves no focus behind, so that Enter stays the page's main key.
export const clicked = (act) => (event) => {
  if (event.detail > 0) event.currentTarget.blur();
  if (event.detail < 2) act();
};

export const tool = (cap, words, act, {pressed, off} = {}) => html`<button class="tool" type="button" aria-keyshortcuts=${cap} aria-pressed=${pressed === undefined ? nothing : String(pressed)} aria-disabled=${off ? "true" : nothing} @click=${clicked(act)}><kbd>${cap}</kbd> ${say(words)}</button>`;

export const leave = (v, text) => tool("Esc", text, v.act.close);

export const plainTool = (words, act, {pressed} = {}) => html`<button class="tool" type="button" aria-pressed=${pressed === undefined ? nothing : String(pressed)} @click=${clicked(act)}>${say(words)}</button>`;

export const mainKey = (words, act, {cap = "Enter", calm, off, why} = {}) => html`<button class="main-key ${calm ? "calm" : ""}" type="button" aria-keyshortcuts=${cap} aria-disabled=${off ? "true" : nothing} aria-describedby=${why ? "why-not" : nothing} @click=${clicked(act)}><kbd>${cap}</kbd> ${say(words)}</button>${why ? html`<p class="label" id="why-not">${say(why)}</p>` : nothing}`;

// Key N lies where it lies on a phone, three in a row: empty places stay empty.
export function answers(list, label, {pressed = () => undefined, unsent = () => "", act}) {
  const places = [];
  for (const answer of list) {
    while (places.length < answer.key - 1) places.push(html`<li aria-hidden="true"></li>`);
    places.push(one(answer, pressed(answer), unsent(answer), act));
  }
  return html`<ol class="answers" aria-labelledby=${label.by ?? nothing} aria-label=${label.text ?? nothing}>${places}</ol>`;
}

function one(answer, pressed, unsent, act) {
  const small = unsent || answer.detail;
  return html`<li><button class="answer ${unsent ? "unsent" : ""}" type="button" aria-keyshortcuts=${answer.key} aria-pressed=${pressed === undefined ? nothing : String(pressed)} @click=${clicked(() => act(answer))}><kbd>${answer.key}</kbd><span>${answer.words}${small ? html`<small>${small}</small>` : nothing}</span></button></li>`;
}

export const fact = (label, value) => (value ? html`<div><dt>${say(label)}</dt><dd>${value}</dd></div>` : nothing);
