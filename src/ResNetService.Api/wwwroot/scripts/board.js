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
  #asked = new Set();

  constructor(queue, choice) {
    this.#queue = queue;
    this.#choice = choice;
    document.getElementById('clear').onclick = () => this.clear();
  }

  /** Adds cards in steps between which the browser can draw and hear the user. */
  async add(files) {
    announce(`${many(files.length, 'photograph')} added`);
    await inSteps(files, (some, isFirst) => {
      const cards = some.map((file) => new PhotographCard(file, this));
      this.#cards.push(...cards);
      this.#list.append(...cards.map((card) => card.element));
      for (const card of cards) this.#askIfChosen(card);
      this.#count();
      if (isFirst) cards[0].element.scrollIntoView({ block: 'nearest' });
    });
  }

  /** After another choice of model, in the same steps. */
  async askAll() {
    await inSteps([...this.#cards], (cards) => {
      for (const card of cards)
        if (card.element.isConnected && !card.wasAsked(this.#choice.models)) this.#askIfChosen(card);
      this.#count();
    });
  }

  /** What had no answer is asked once more. */
  asksAgain(card) {
    this.#asked.add(card);
    this.#count();
  }

  replied() {
    this.#count();
  }

  remove(card) {
    const index = this.#cards.indexOf(card);
    this.#cards.splice(index, 1);
    this.#asked.delete(card);
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
    this.#asked.clear();
    this.#list.replaceChildren();
    announce('All photographs removed');
    this.#focusStart();
    this.#count();
  }

  /** Before the models are known, a photograph waits for them. */
  #askIfChosen(card) {
    if (this.#choice.models.length === 0) return;
    card.ask(this.#choice.models, this.#queue);
    this.#asked.add(card);
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
    if (done === total) this.#announceAnswers();
  }

  /** The answer itself where one photograph was asked about since the last time, else how many there are. */
  #announceAnswers() {
    const [card, ...others] = this.#asked;
    if (card) announce(others.length > 0 ? this.#words.textContent : `${card.name}: ${card.summary}`);
    this.#asked.clear();
  }
}

/** Between which the browser can draw and hear the user. */
async function inSteps(items, act) {
  for (let start = 0; start < items.length; start += chunk) {
    act(items.slice(start, start + chunk), start === 0);
    await new Promise((resume) => setTimeout(resume));
  }
}
