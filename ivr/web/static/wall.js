// The wall: a department in big figures, read from across the room.
import "./theme.js";
import {about} from "./about.js";
import {html, nothing} from "./html.js";
import {LivePage} from "./live.js";
import {brand, tool} from "./parts/shapes.js";
import {nav} from "./parts/nav.js";
import {alarms} from "./wall/alarms.js";
import {crew} from "./wall/crew.js";
import {figures} from "./wall/figures.js";
import {fit} from "./wall/fit.js";
import {keyed, over} from "./wall/keys.js";
import {exactTime, learn, phone, pick, say, span, time, words} from "./words.js";
import en from "./words/en/wall.js";
import ru from "./words/ru/wall.js";

learn({ru, en});

const AGAIN = 60_000; // ms after which a wall that was signed out looks at its door again
const RENEW = 3_600_000; // a wall that hangs for weeks renews its sign-in by itself
const OLD = 30; // seconds after which the day's totals are told to be old

class Wall extends LivePage {
  at = new URLSearchParams(location.search).get("department") ?? "";

  act = {
    redraw: () => this.draw(),
    close: () => this.close(),
    openKeys: () => this.open("keys"),
  };

  start() {
    document.documentElement.classList.add("wall-root");
    super.start();
    window.addEventListener("resize", () => this.draw());
    setInterval(() => fetch(location.href).catch(() => {}), RENEW);
    setInterval(() => this.link.state === "ended" && location.reload(), AGAIN);
  }

  shown() {
    const all = this.screen?.departments ?? [];
    return all.find(({wall}) => wall.department === this.at) ?? all[0] ?? null;
  }

  drawn() {
    const t = words();
    const department = this.shown();
    const v = {...this.seen(), act: this.act, t, w: t.wall, department, wall: department?.wall ?? null};
    return {title: title(v), body: html`${bar(v)}<div class="alarms">${alarms(v)}</div>${main(v)}${checks(v)}${over(v)}`};
  }

  draw() {
    super.draw();
    fit();
  }

  onPage({name, n}) {
    if (this.link.state === "ended" && name === "enter") return () => location.reload();
    if (name === "help") return this.act.openKeys;
    const chosen = name === "digit" && keyed(this.screen)[n - 1];
    if (!chosen) return null;
    return () => {
      this.at = chosen.wall.department;
      history.replaceState(null, "", `?department=${encodeURIComponent(this.at)}`);
      this.draw();
    };
  }

  inOverlay({name}) {
    return name === "help" ? this.act.close : null;
  }
}

function title({wall, w, now, stale}) {
  if (stale) return w.titles.lost;
  if (!wall) return w.titles.opening;
  const [first] = wall.waiting;
  return first ? w.titles.waits(span(now - first.since), wall.used, wall.lines) : w.titles.lines(wall.used, wall.lines);
}

function bar({act, department, wall, w, t, now, screen}) {
  const numbers = wall ? wall.numbers : [about.number];
  return html`<header class="bar">
    ${brand()}
    <p class="did"><b class="num">${numbers.map(phone).join(", ")}</b> <span class="quiet">${department ? pick(department.name) : ""}</span></p>
    <div class="me"><p class="quiet">${screen ? html`<span>${say(w.today(now))}</span> <time>${time(now)}</time>` : nothing}</p> ${tool("?", t.keys, act.openKeys)}</div>
  </header>`;
}

function main(v) {
  if (!v.wall) return html`<main id="main"><p class="quiet none" role="status">${say(v.screen ? v.w.no_department : v.w.opening)}</p></main>`;
  return html`<main id="main" ?data-listens=${v.listens}>
    <h1 class="unseen">${say(v.w.now(pick(v.department.name)))}</h1>
    ${figures(v)}
    ${crew(v)}
  </main>`;
}

function checks({wall, w, screen, stale, staleAt, now}) {
  if (!wall) return html`<footer class="checks">${nav()}</footer>`;
  const drift = wall.lines !== wall.headcount;
  const old = now - wall.counted_at > OLD;
  return html`<footer class="checks">
    <p><span class="st st-${drift ? "late" : "ready"}">${say(w.lines_people(wall.lines, wall.headcount))}</span></p>
    <p><span class="st st-${wall.link_lost_at === null ? "ready" : "lost"}">${say(wall.link_lost_at === null ? w.linked : w.link_lost)}</span></p>
    <p class=${stale ? "stale" : ""}>${say(w.as_of)} <time>${exactTime(stale ? staleAt : now)}</time></p>
    ${old ? html`<p><span class="st st-late">${say(wall.counted_at ? w.counted(exactTime(wall.counted_at)) : w.not_counted)}</span></p>` : nothing}
    ${keyed(screen).length ? html`<p class="others">${keyed(screen).map(({name, wall: {department}}, n) => html`<span aria-current=${department === wall.department ? "true" : nothing}><kbd>${n + 1}</kbd> ${pick(name)}</span> `)}</p>` : nothing}
    ${nav()}
  </footer>`;
}

new Wall("/wall/socket").start();
