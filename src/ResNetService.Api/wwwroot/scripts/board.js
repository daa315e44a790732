import { announce } from './announce.js';
import { many } from './format.js';
import { PhotographCard } from './photograph-card.js';

const chunk = 20;

/** All photographs on the page, and how far they are. */
export class Board {
  #cards = [];
  #list = document.getElementById('cards');
  #tally = document.getElementById('tally');
  #words = document.getElementById('tally-words');
  #progress = document.getElementById('tally-progress');
  #queue;
  #choice;
  #counting;
  #told = false;

  constructor(queue, choice) {
    this.#queue = queue;
    this.#choice = choice;
    document.getElementById('clear').onclick = () => this.clear();
  }

  /** Adds cards in steps between which the browser can draw and hear the user. */
  async add(files) {
    announce(`${many(files.length, 'photograph')} added`);
    for (let start = 0; start < files.length; start += chunk) {
      const cards = files.slice(start, start + chunk).map((file) => new PhotographCard(file, this));
      this.#cards.push(...cards);
      this.#list.append(...cards.map((card) => card.element));
      for (const card of cards) this.#askIfChosen(card);
      this.#count();
      if (start === 0) cards[0].element.scrollIntoView({ block: 'nearest' });
      await new Promise((resume) => setTimeout(resume));
    }
  }

  ask(card) {
    this.#askIfChosen(card);
    this.#count();
  }

  /** After another choice of model. */
  askAll() {
    for (const card of this.#cards)
      if (!card.wasAsked(this.#choice.models)) this.#askIfChosen(card);
    this.#count();
  }

  replied(card) {
    if (this.#cards.length === 1 && card.state !== 'waiting') announce(`${card.name}: ${card.summary}`);
    this.#count();
  }

  remove(card) {
    const index = this.#cards.indexOf(card);
    this.#cards.splice(index, 1);
    card.dispose();
    card.element.remove();
    announce(`${card.name} removed`);
    const beside = this.#cards[index] ?? this.#cards[index - 1];
    if (beside) beside.remover.focus();
    else this.#focusStart();
    this.#count();
  }

  clear() {
    for (const card of this.#cards) card.dispose();
    this.#cards = [];
    this.#list.replaceChildren();
    announce('All photographs removed');
    this.#focusStart();
    this.#count();
  }

  /** Before the models are known, a photograph waits for them. */
  #askIfChosen(card) {
    if (this.#choice.models.length > 0) card.ask(this.#choice.models, this.#queue);
  }

  #focusStart() {
    document.getElementById('files').focus();
  }

  /** Many replies at about the same time are counted once. */
  #count() {
    this.#counting ??= setTimeout(() => this.#showTally(), 30);
  }

  #showTally() {
    this.#counting = undefined;
    const total = this.#cards.length;
    const states = this.#cards.map((card) => card.state);
    const failed = states.filter((state) => state === 'failed').length;
    const done = failed + states.filter((state) => state === 'answered').length;
    const compared = this.#cards.filter((card) => card.agrees !== undefined);

    this.#tally.hidden = total === 0;
    this.#progress.max = Math.max(1, total);
    this.#progress.value = done;
    this.#progress.hidden = done === total;
    this.#words.textContent = [
      done === total ? many(total, 'photograph') : `${done} of ${many(total, 'photograph')} answered`,
      failed > 0 ? `${failed} without an answer` : '',
      total > 1 && compared.length > 0 ? `${compared.filter((card) => card.agrees).length} of ${compared.length} with the same best class` : '',
    ].filter(Boolean).join(', ');
    if (total > 1 && done === total && !this.#told) announce(this.#words.textContent);
    this.#told = done === total;
  }
}
