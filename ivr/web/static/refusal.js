// A page that is not for this person: says so, and where one may go.
import {html} from "./html.js";
import {Page} from "./page.js";
import {say, words} from "./words.js";

const page = new Page({
  title: () => words().refusal.title,
  main: () => html`<main id="main"><section class="strip ask"><span></span><div><h1 class="say">${say(words().refusal.title)}</h1><p class="quiet">${say(words().refusal.text)}</p></div></section></main>`,
});
page.start();
