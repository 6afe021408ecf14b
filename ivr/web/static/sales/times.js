// Times as sales reads them: in the company's zone, and beside it in the client's.
import {day, say, words} from "../words.js";

export {day};

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

const as = (at, zone, options) => new Intl.DateTimeFormat(words().locale, {timeZone: zone || undefined, ...options}).format(at * 1000);

export const hour = (at, zone) => as(at, zone, {hour: "2-digit", minute: "2-digit"});
export const weekday = (at, zone) => as(at, zone, {weekday: "long"});
export const today = (at, zone) => say(as(at, zone, {weekday: "short", day: "numeric", month: "long"}));
export const moment = (at, zone) => `${day(at, zone)}, ${hour(at, zone)}`;
// As little as says it: of today the time only.
export const lastly = (at, now, zone) => (sameDay(at, now, zone) ? hour(at, zone) : moment(at, zone));

const date = (at, zone) => as(at, zone, {dateStyle: "short"});
export const sameDay = (one, other, zone) => date(one, zone) === date(other, zone);

// The client's own time where it is another one than here.
export const there = (at, zone, home) => (zone && zone !== home && hour(at, zone) !== hour(at, home) ? hour(at, zone) : "");

export function length(seconds, w) {
  const s = Math.max(0, seconds);
  if (s < HOUR) return w.minutes(Math.max(1, Math.floor(s / MINUTE)));
  if (s < DAY) return w.hours(Math.floor(s / HOUR), Math.floor((s % HOUR) / MINUTE));
  return w.days(Math.floor(s / DAY));
}

// When a callback is due: the time, and in words how far that is.
export function when(at, now, zone, w) {
  if (at < now) return {time: sameDay(at, now, zone) ? hour(at, zone) : day(at, zone), words: w.overdue(length(now - at, w))};
  if (at - now < HOUR) return {time: hour(at, zone), words: w.within(length(at - now + MINUTE - 1, w))};
  if (sameDay(at, now, zone)) return {time: hour(at, zone), words: w.today};
  if (sameDay(at, now + DAY, zone)) return {time: hour(at, zone), words: w.tomorrow(weekday(at, zone))};
  return {time: hour(at, zone), words: `${day(at, zone)}, ${weekday(at, zone)}`};
}
