const kept = 'resnetservice-key';

/** What a header can have; a browser sends no request with another. */
const sendable = /^[ -~]+$/;

/** The key that was given, which the browser forgets with the tab; null where none was. */
export const currentKey = () => sessionStorage.getItem(kept);

/** Asks for a key where the service wants one, and not before. */
export class KeyPrompt {
  #form = document.getElementById('key');
  #text = document.getElementById('key-text');
  #says = document.getElementById('key-says');

  /** @param {() => void} onKey called when there is one to try */
  constructor(onKey) {
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const key = this.#text.value.trim();
      if (!sendable.test(key)) {
        this.#says.textContent = 'This is no key: a key has letters, digits and signs of ASCII alone.';
        return;
      }
      sessionStorage.setItem(kept, key);
      this.#close();
      onKey();
    };
  }

  ask(problem) {
    this.#form.hidden = false;
    this.#says.textContent = currentKey() ? `${problem.message} ${problem.detail}` : 'This service asks for a key.';
    this.#text.focus();
    this.#text.select();
  }

  /** The field goes with its form: its focus moves to the heading above. */
  #close() {
    this.#text.value = '';
    this.#says.textContent = '';
    this.#form.hidden = true;
    document.getElementById('photographs').focus({ preventScroll: true });
  }
}
