// The service's time, advanced by the page's own stopwatch: the browser's clock is never asked.
export class ServerClock {
  #now = 0;
  #at = 0;

  set(now) {
    this.#now = now;
    this.#at = performance.now();
  }

  get known() {
    return this.#at > 0;
  }

  now() {
    return this.#now + (performance.now() - this.#at) / 1000;
  }
}
