// The tree's page.
import {html} from "./html.js";
import {Page} from "./page.js";
import {words} from "./words.js";

new Page({title: () => words().nav.tree, main: () => html`<main id="main"></main>`}).start();
