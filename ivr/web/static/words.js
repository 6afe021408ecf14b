// The language of the page, and how it writes names, numbers and times.
import en from "./words/en/shell.js";
import ru from "./words/ru/shell.js";

const LANGUAGES = {ru: {...ru}, en: {...en}};
const KEPT = "linetree-language";

function chosen() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked in LANGUAGES) localStorage.setItem(KEPT, asked);
  const kept = localStorage.getItem(KEPT);
  const own = document.documentElement.lang; // the person's, as the server knows it
  return [kept, own].find((code) => code in LANGUAGES) ?? "ru";
}

let language = chosen();
document.documentElement.lang = language;

// A page adds its own words, in both languages, before it draws.
export function learn(more) {
  for (const [code, texts] of Object.entries(more)) {
    const twice = Object.keys(texts).filter((key) => key in LANGUAGES[code]);
    if (twice.length) throw new Error(`two pages' words are called ${twice}`);
    Object.assign(LANGUAGES[code], texts);
  }
}

export const words = () => LANGUAGES[language];

export function speak(code) {
  language = code;
  localStorage.setItem(KEPT, code);
  document.documentElement.lang = code;
}

// A word of one or two letters never stands alone at the end of a line, and the dot of "2025 г." ends a sentence, too.
const SHORT = /(^|[\s(«„"])([а-яё]{1,2})\s+(?=\S)/giu;
const tied = (text) => text.replace(SHORT, "$1$2\u00a0").replace(SHORT, "$1$2\u00a0").replaceAll(" —", "\u00a0—").replaceAll("г..", "г.");

export const say = (text) => (language === "ru" ? tied(text) : text);

// A text of the company's own comes in every language.
export const pick = (texts) => say(texts[language] ?? texts.ru ?? texts.en ?? "");

export function phone(number) {
  const parts = /^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/.exec(number);
  return parts ? `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}` : number;
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const extension = (channel) => channel.replace(/^[^/]*\//, "").replace(/@.*$/, "");

const two = (n) => String(n).padStart(2, "0");

export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${two(minutes)}:${two(s % 60)}`;
}

export function isoSpan(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  return `PT${Math.floor(s / 60)}M${s % 60}S`;
}

const as = (at, options) => new Intl.DateTimeFormat(words().locale, options).format(at * 1000);

export const time = (at, zone) => as(at, {timeZone: zone || undefined, hour: "2-digit", minute: "2-digit"});
export const exactTime = (at) => as(at, {hour: "2-digit", minute: "2-digit", second: "2-digit"});
// A day of another year says so: a client may have called last three years ago.
const sameYear = (at) => new Date(at * 1000).getFullYear() === new Date().getFullYear();
export const day = (at, zone) => say(as(at, {timeZone: zone || undefined, day: "numeric", month: "long", ...(sameYear(at) ? {} : {year: "numeric"})}).replace(/^(\d+) /, "$1\u00a0"));

export function due(at, now) {
  const same = as(at, {dateStyle: "short"}) === as(now, {dateStyle: "short"});
  return same ? time(at) : `${time(at)}, ${day(at)}`;
}
