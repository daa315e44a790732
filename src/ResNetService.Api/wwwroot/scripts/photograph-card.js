import { agreement } from './agreement.js';
import { AnswerView } from './answer-view.js';
import { button, element } from './dom.js';
import { bytes, count } from './format.js';
import { classify, explain } from './service.js';

let made = 0;

/** A photograph with its preview and the answers to it. */
export class PhotographCard {
  #asked = new AbortController();
  #models = [];
  #views = [];
  #replies = [];
  #preview;
  #size;
  #agreement = element('p', { className: 'agreement', hidden: true });
  #answers = element('div', { className: 'answers' }, element('p', { className: 'waiting', textContent: 'Waiting for the service' }));
  #board;
  #queue;

  /** @param board what holds the cards: it asks for answers and takes cards away */
  constructor(file, board) {
    this.headingId = `photograph-${++made}`;
    this.file = file;
    this.#board = board;
    this.#preview = URL.createObjectURL(file);
    this.heatMapLayer = element('canvas', { className: 'heat-map', hidden: true, role: 'img', ariaLabel: `Heat map of ${this.name}` });
    this.remover = button('×', () => board.remove(this), { className: 'button-quiet remover', ariaLabel: `Remove ${this.name}`, title: 'Remove' });
    this.#size = element('p', { className: 'detail', textContent: bytes(file.size) });
    const picture = element('img', { alt: `Preview of ${this.name}`, loading: 'lazy', decoding: 'async', src: this.#preview });
    picture.onerror = () => picture.replaceWith(element('p', { className: 'no-preview', textContent: 'The browser cannot show this file.' }));
    this.element = element('li', { className: 'card' },
      element('div', { className: 'picture' }, element('div', { className: 'layers' }, picture, this.heatMapLayer)),
      element('article', {},
        element('div', { className: 'card-top' }, element('h3', { id: this.headingId, textContent: this.name }), this.#size, this.remover),
        this.#agreement, this.#answers));
    this.element.lastChild.setAttribute('aria-labelledby', this.headingId);
  }

  get name() {
    return this.file.name;
  }

  /** 'waiting' until every model has replied, then 'failed' where one had no answer, else 'answered'. */
  get state() {
    if (this.#views.length === 0 || !this.#replies.every(Boolean)) return 'waiting';
    return this.#replies.some((reply) => reply.problem) ? 'failed' : 'answered';
  }

  /** Whether two models named the same best class; undefined where there are no two answers. */
  agrees;

  /** Whether this is the question that it was asked last. */
  wasAsked(models) {
    return questionOf(this.#models) === questionOf(models);
  }

  /** Asks one model or two; answers to an earlier question are no longer waited for. */
  ask(models, queue) {
    this.#asked.abort();
    this.#asked = new AbortController();
    this.#queue = queue;
    this.#models = models;
    this.hideHeatMaps();
    this.#views = models.map((model) => new AnswerView(model, this, models.length > 1));
    this.#replies = models.map(() => null);
    this.agrees = undefined;
    this.#agreement.hidden = true;
    this.#answers.replaceChildren(...this.#views.map((view) => view.element));
    models.forEach((_, index) => this.#askModel(index));
  }

  /** Asks those models that gave no answer. */
  askAgain() {
    this.#replies.forEach((reply, index) => {
      if (reply?.problem) this.#askModel(index);
    });
    this.#board.asksAgain(this);
    this.remover.focus();
  }

  /** The map of a class, asked for before any waiting photograph. Like every request it waits where the service says so, and it ends with the answer that it belongs to. */
  explain(model, classIndex, signal) {
    return new Promise((resolve, reject) => {
      const either = AbortSignal.any([signal, this.#asked.signal]);
      either.addEventListener('abort', () => reject(either.reason), { once: true });
      this.#queue.addFirst({
        signal: either,
        run: async () => resolve((await explain(this.file, model.reference, classIndex, either)).results[0]),
        fail: reject,
      });
    });
  }

  hideHeatMaps() {
    for (const view of this.#views) view.hideHeatMap();
  }

  /** Its preview and its waiting requests end with it. */
  dispose() {
    this.#asked.abort();
    URL.revokeObjectURL(this.#preview);
  }

  /** What a screen reader says: the first answer, and how that of the other model compares with it. */
  get summary() {
    const [first, other] = this.#replies.map(spoken);
    return [first, this.#agreement.hidden ? other : this.#agreement.textContent].filter(Boolean).join(' ');
  }

  #askModel(index) {
    const { signal } = this.#asked;
    const { reference, k } = this.#models[index];
    const view = this.#views[index];
    this.#replies[index] = null;
    view.waiting();
    this.#queue.add({
      signal,
      run: async () => {
        view.asking();
        try {
          this.#reply(index, await classify(this.file, reference, k, signal));
        } catch (error) {
          // The service may have put it off.
          view.waiting();
          throw error;
        }
      },
      fail: (problem) => this.#reply(index, { problem }),
    });
  }

  #reply(index, reply) {
    this.#replies[index] = reply;
    if (reply.problem) this.#views[index].failed(reply.problem);
    else {
      const { width, height } = reply.answer.results[0];
      this.#size.textContent = `${count(width)} × ${count(height)} pixels, ${bytes(this.file.size)}`;
      this.#views[index].answered(reply.answer, reply.roundTripMs);
    }
    this.#compare();
    this.#board.replied();
  }

  #compare() {
    const results = this.#replies.map((reply) => reply?.answer?.results[0]);
    if (results.length < 2 || !results.every(Boolean)) return;
    const { same, says } = agreement(...results);
    this.agrees = same;
    this.#agreement.textContent = says;
    this.#agreement.classList.toggle('disagreement', !same);
    this.#agreement.hidden = false;
  }
}

function spoken({ problem, answer }) {
  if (problem) return problem.message;
  const { label, probability } = answer.results[0].predictions[0];
  return `${label}, ${Math.round(probability * 100)} percent.`;
}

const questionOf = (models) => models.map((model) => `${model.reference} ${model.k}`).join(' ');
