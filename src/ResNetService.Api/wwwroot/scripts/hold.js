const longestSeconds = 30;

/** The notice that the page waits for the service, with a countdown and a button that ends it. */
export class Hold {
  #notice = document.getElementById('hold');
  #words = this.#notice.querySelector('span');
  #button = this.#notice.querySelector('button');
  #timer;
  #times = 0;
  #over;

  /** @param {() => Promise<void>} over called at the end of each wait */
  constructor(over) {
    this.#over = over;
    this.#button.onclick = () => this.#end();
  }

  /** Waits at least as long as the service asks, and longer each time in a row. */
  begin(problem) {
    const seconds = Math.max(problem.retryAfter ?? 0, Math.min(longestSeconds, 2 ** this.#times++));
    const end = performance.now() + seconds * 1000;
    this.#notice.hidden = false;
    const tick = () => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left <= 0) return this.#end();
      // The sentence is spoken once; a changing number would be spoken each second.
      this.#say(problem.message, left);
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(tick, 250);
    tick();
  }

  /** The service has answered. What it put off still waits: the answer may be to a request that was on its way before. */
  settle() {
    this.#times = 0;
    if (this.#timer === undefined) this.#hide();
  }

  #say(message, left) {
    if (this.#words.firstChild?.textContent !== message) {
      const countdown = document.createElement('span');
      countdown.setAttribute('aria-hidden', 'true');
      this.#words.replaceChildren(message, countdown);
    }
    this.#words.lastChild.textContent = ` Trying again in ${left} s.`;
  }

  /** The button goes with the notice: its focus moves to the heading above. */
  #hide() {
    const focused = this.#notice.contains(document.activeElement);
    this.#notice.hidden = true;
    if (focused) document.getElementById('photographs').focus({ preventScroll: true });
  }

  #end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#words.lastChild.textContent = ' Trying now.';
    this.#over();
  }
}
