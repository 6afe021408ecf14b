// Templates: text goes in as text, never as markup.
export {html, nothing, render, svg} from "./vendor/lit-html/lit-html.js";
export {live} from "./vendor/lit-html/directives/live.js";
export {ifDefined} from "./vendor/lit-html/directives/if-defined.js";
