// A day and a time as people type them, whatever the browser's own language: 27.11, 27, завтра, чт.
const DAY = 86400;

const parts = (at, zone) => Object.fromEntries(new Intl.DateTimeFormat("en-GB", {timeZone: zone || undefined, year: "numeric", month: "2-digit", day: "2-digit", weekday: "short"}).formatToParts(at * 1000).map(({type, value}) => [type, value]));

const iso = ({year, month, day}) => `${year}-${month}-${day}`;
const two = (n) => String(n).padStart(2, "0");

function real(year, month, day) {
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? `${year}-${two(month)}-${two(day)}` : "";
}

// The day that is meant, as 2026-11-27, or "": the next such day from today on in this zone.
export function typedDay(text, now, zone, w) {
  const said = text.trim().toLowerCase();
  const near = w.days.indexOf(said);
  if (near >= 0) return iso(parts(now + near * DAY, zone));
  const weekday = w.weekdays.findIndex((names) => said && names.split(" ").includes(said));
  if (weekday >= 0) return nextWeekday(weekday, now, zone);
  const numbers = /^(\d{1,2})(?:[./ -](\d{1,2}))?(?:[./ -](\d{4}))?\.?$/.exec(said);
  return numbers ? nextDate(numbers.slice(1).map((n) => (n === undefined ? null : Number(n))), now, zone) : "";
}

const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function nextWeekday(wanted, now, zone) {
  for (let ahead = 1; ahead <= 7; ahead += 1) {
    const there = parts(now + ahead * DAY, zone);
    if (WEEK.indexOf(there.weekday) === wanted) return iso(there);
  }
  return "";
}

function nextDate([day, month, year], now, zone) {
  const today = iso(parts(now, zone));
  const [y, m] = today.split("-").map(Number);
  if (year !== null) return real(year, month, day);
  const tries = month === null ? [real(y, m, day), real(m === 12 ? y + 1 : y, (m % 12) + 1, day)] : [real(y, month, day), real(y + 1, month, day)];
  return tries.find((one) => one && one >= today) ?? "";
}

// The time that is meant, as 15:30, or "".
export function typedHour(text) {
  const said = /^(\d{1,2})(?:[:. -]?(\d{2}))?$/.exec(text.trim());
  if (!said) return "";
  const [hour, minute] = [Number(said[1]), Number(said[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : "";
}

// 2026-11-27 in words, so that a slip of the finger is seen.
export const inWords = (day, locale) => new Intl.DateTimeFormat(locale, {timeZone: "UTC", weekday: "long", day: "numeric", month: "long"}).format(new Date(`${day}T12:00:00Z`));
