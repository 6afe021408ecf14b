// Signing in.
import {brand} from "./parts/shapes.js";
import {html, nothing, render} from "./html.js";
import {about} from "./about.js";
import "./theme.js";
import {learn, phone, pick, say, speak, words} from "./words.js";
import en from "./words/en/door.js";
import ru from "./words/ru/door.js";

learn({ru, en});
const home = location.pathname === "/";
let problem = null;
let busy = false;

function page() {
  const t = words();
  const d = t.door;
  return html`<header class="bar">
      ${brand()}
      <p class="did"><b class="num">${phone(about.number)}</b> <span class="quiet">${say(t.intake(pick(about.company)))}</span></p>
      <p class="me"><a class="tool" href=${`?lang=${t.other.code}`} lang=${t.other.code} hreflang=${t.other.code} @click=${turn}>${t.other.name}</a></p>
    </header>
    <main>
      <section class="strip" aria-labelledby="in">
        <span></span>
        <div>
          <h1 class="say" id="in">${say(d.title)}</h1>
          <form @submit=${enter}>
            <div class="field"><label for="user">${say(d.person)}</label><input id="user" name="person" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required></div>
            <div class="field"><label for="pass">${say(d.password)}</label><input id="pass" name="password" type="password" autocomplete="current-password" maxlength="1000" required></div>
            <div role="alert">${problem ? html`<p class="problem">${say(problem)}</p>` : nothing}</div>
            <div><button class="main-key" type="submit" aria-disabled=${busy ? "true" : nothing}><kbd>Enter</kbd> ${say(busy ? d.checking : home ? d.enter : d.enter_room)}</button></div>
          </form>
        </div>
      </section>
    </main>
    <footer class="strip"><span></span><p class="quiet">${say(d.forgot)}</p></footer>`;
}

function draw() {
  document.title = `${words().door.title} · linetree`;
  render(page(), document.body);
}

function turn(event) {
  event.preventDefault();
  speak(words().other.code);
  problem = null;
  draw();
}

async function enter(event) {
  event.preventDefault();
  if (busy) return;
  const form = event.target;
  const {person, password} = Object.fromEntries(new FormData(form));
  busy = true;
  draw();
  const refused = await signIn(person.trim(), password);
  busy = false;
  problem = refused;
  if (refused === null) {
    if (home) sessionStorage.setItem("linetree-take-calls", "yes");
    location.replace(location.pathname);
    return;
  }
  draw();
  form.elements.password.select();
}

// Null when the door is open, else why not.
async function signIn(person, password) {
  const d = words().door.problems;
  try {
    const response = await fetch("/signin", {
      method: "POST",
      headers: {"Content-Type": "application/json", "X-Form-Token": about.token},
      body: JSON.stringify({person, password}),
    });
    if (response.ok) return null;
    const {problem: code, retry} = await response.json();
    return code === "too_many_tries" ? d.too_many_tries(retry) : (d[code] ?? d.other);
  } catch (error) {
    console.error(error);
    return d.unreachable;
  }
}

draw();
document.getElementById("user").focus();
