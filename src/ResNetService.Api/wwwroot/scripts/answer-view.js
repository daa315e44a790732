import { announce } from './announce.js';
import { copy } from './clipboard.js';
import { button, element, facts } from './dom.js';
import { bytes, milliseconds, percent } from './format.js';
import { HeatMapControl } from './heat-map-control.js';
import { asCSharp, asCurl, asJson } from './snippets.js';

const scrollsFrom = 11;

/** One model's answer to one photograph: bars, times, and what can be done with it. */
export class AnswerView {
  #model;
  #card;
  #name;
  #describedBy;
  #body = element('div');
  #heatMap;

  /** @param card the photograph's; its picture carries the heat map, and it asks again */
  constructor(model, card, showsName) {
    this.#model = model;
    this.#card = card;
    this.#name = showsName ? `${card.name} by ${model.title}` : card.name;
    const heading = showsName ? element('h4', { id: `${card.headingId}-${model.reference}`, textContent: model.title }) : null;
    this.#describedBy = [card.headingId, heading?.id].filter(Boolean).join(' ');
    this.element = element('section', { className: 'answer' }, heading, this.#body);
  }

  waiting() {
    this.hideHeatMap();
    this.#body.replaceChildren(element('p', { className: 'waiting', textContent: 'Waiting for its turn' }));
  }

  asking() {
    this.#body.firstChild.textContent = 'Asking the service';
  }

  failed(problem) {
    this.#body.replaceChildren(element('div', { className: 'problem' },
      element('p', { textContent: problem.message }),
      problem.detail ? element('p', { className: 'detail', textContent: inUnits(problem.detail) }) : null,
      problem.again ? button('Try again', () => this.#card.askAgain(), { ariaLabel: `Try ${this.#card.name} again` }) : null));
  }

  answered(answer, roundTripMs) {
    const { predictions } = answer.results[0];
    this.#heatMap = this.#model.explains ? new HeatMapControl(this.#model, predictions, this.#card, this.#describedBy) : null;
    this.#body.replaceChildren(
      this.#bars(predictions), this.#times(answer.timings, roundTripMs), this.#actions(answer), this.#heatMap?.settings ?? '');
  }

  hideHeatMap() {
    this.#heatMap?.hide();
  }

  #bars(predictions) {
    const bars = element('ol', { className: 'bars', ariaLabel: `Best classes of ${this.#name}` });
    if (predictions.length >= scrollsFrom) bars.tabIndex = 0;
    for (const { index, label, probability } of predictions) {
      const bar = element('span', { className: 'bar', ariaHidden: 'true' });
      bar.style.setProperty('--part', probability);
      bars.append(element('li', {},
        element('span', { className: 'label', textContent: this.#model.nameOf(index, label) }),
        element('span', { className: 'percent', textContent: percent(probability) }), bar));
    }
    return bars;
  }

  #times(timings, roundTripMs) {
    const { decodeMs, queueMs, inferenceMs, totalMs } = timings;
    const whole = [['Total', milliseconds(totalMs)], ['Round trip', milliseconds(roundTripMs)]];
    // Nothing was decoded and nothing computed.
    if (decodeMs === 0 && inferenceMs === 0)
      return element('div', {}, element('p', { className: 'detail', textContent: 'The service has seen this photograph before and kept the answer.' }), facts(whole, 'times'));
    return facts([['Decode', milliseconds(decodeMs)], ['Queue', milliseconds(queueMs)], ['Inference', milliseconds(inferenceMs)], ...whole], 'times');
  }

  #actions(answer) {
    const { reference, k } = this.#model;
    const { name } = this.#card;
    return element('div', { className: 'actions' },
      this.#heatMap?.toggle,
      this.#copies('curl', () => asCurl(name, reference, k)),
      this.#copies('C#', () => asCSharp(name, reference, k)),
      this.#copies('JSON', () => asJson(answer)));
  }

  #copies(kind, text) {
    const pressed = async () => {
      const said = (await copy(text())) ? 'Copied' : 'Not copied';
      // The buttons beside it stay where they are.
      copier.style.minWidth = `${copier.getBoundingClientRect().width}px`;
      copier.textContent = said;
      announce(`${said}: ${kind} of ${this.#name}`);
      setTimeout(() => { copier.textContent = `Copy ${kind}`; }, 2000);
    };
    const copier = button(`Copy ${kind}`, pressed, { className: 'button-quiet', 'aria-describedby': this.#describedBy });
    return copier;
  }
}

/** The service counts bytes, a person megabytes. */
const inUnits = (text) => text.replace(/\b(\d{4,}) bytes\b/g, (_, size) => bytes(Number(size)));
