// The socket to the service. Key presses wait here until the service says that they are done;
// after a lost connection they are sent again under the same ids, which count once.
const ALIVE = JSON.stringify({type: "alive"});
const SILENCE = 12_000;
const PAUSES = [100, 300, 700, 1500, 3000];
const SIGNED_OUT = 4401;
const TOO_MANY_PAGES = 4409;

export class Link extends EventTarget {
  state = "opening"; // opening, live, lost, ended, elsewhere
  pending = new Map(); // request -> {type, fields, at, sent}
  #address;
  #socket = null;
  #tries = 0;
  #retry = 0;
  #watch = 0;

  constructor(address = "/socket") {
    super();
    this.#address = address;
    // A tab that the browser had frozen is in step again at once.
    document.addEventListener("resume", () => this.#thawed());
  }

  open() {
    clearTimeout(this.#retry);
    this.#drop();
    const url = new URL(this.#address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => socket.send(ALIVE);
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(socket, event.code);
    this.#expect();
  }

  #thawed() {
    const socket = this.#socket;
    if (socket !== null && socket.readyState > WebSocket.OPEN) this.#closed(socket, 1006);
    this.hurry();
  }

  // Try at once instead of waiting for the next turn.
  hurry() {
    if (this.state === "lost") this.open();
  }

  press(type, fields, at) {
    const request = crypto.randomUUID ? crypto.randomUUID() : randomId();
    this.pending.set(request, {type, fields, at, sent: false});
    this.#send(request);
    this.#changed();
    return request;
  }

  // A key press that has never left the page may still be taken back.
  takeBack(request) {
    const press = this.pending.get(request);
    if (!press || press.sent) return false;
    this.pending.delete(request);
    return true;
  }

  find(test) {
    for (const [request, press] of this.pending) if (test(press)) return {request, ...press};
    return null;
  }

  #send(request) {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.state !== "live") return;
    const press = this.pending.get(request);
    press.sent = true;
    this.#socket.send(JSON.stringify({type: press.type, request, ...press.fields}));
  }

  #heard(frame) {
    this.#expect();
    if (frame.type === "beat") return this.#beat(frame);
    if (this.state !== "live" && frame.type === "screen") this.#live();
    if (frame.type === "done") this.pending.delete(frame.request);
    if (frame.type === "refused" || frame.type === "error") this.pending.delete(frame.request);
    this.dispatchEvent(new CustomEvent("frame", {detail: frame}));
  }

  #beat(frame) {
    this.#socket?.send(ALIVE);
    this.dispatchEvent(new CustomEvent("frame", {detail: frame}));
  }

  #live() {
    this.#tries = 0;
    this.state = "live";
    for (const request of this.pending.keys()) this.#send(request);
    this.#changed();
  }

  // The service gives a sign of life every few seconds: silence means that nothing arrives.
  #expect() {
    clearTimeout(this.#watch);
    const socket = this.#socket;
    this.#watch = setTimeout(() => {
      this.#drop();
      this.#closed(socket, 1006);
    }, SILENCE);
  }

  // One socket at a time: nothing is heard any more of one that is given up, and the service counts it no longer.
  #drop() {
    if (this.#socket === null) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#watch);
    this.#socket = null;
    if (code === SIGNED_OUT) this.state = "ended";
    else if (code === TOO_MANY_PAGES) this.state = "elsewhere";
    else this.#later();
    this.#changed();
  }

  #later() {
    this.state = "lost";
    const pause = PAUSES[Math.min(this.#tries, PAUSES.length - 1)];
    this.#tries += 1;
    this.#retry = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

// Pages on plain http have no crypto.randomUUID.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
