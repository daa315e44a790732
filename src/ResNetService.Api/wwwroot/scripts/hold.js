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

  /** The service has answered. */
  settle() {
    this.#times = 0;
    clearInterval(this.#timer);
    this.#notice.hidden = true;
  }

  #say(message, left) {
    if (this.#words.firstChild?.textContent !== message) {
      const countdown = document.createElement('span');
      countdown.setAttribute('aria-hidden', 'true');
      this.#words.replaceChildren(message, countdown);
    }
    this.#words.lastChild.textContent = ` Trying again in ${left} s.`;
  }

  #end() {
    clearInterval(this.#timer);
    this.#words.lastChild.textContent = ' Trying now.';
    this.#over();
  }
}
