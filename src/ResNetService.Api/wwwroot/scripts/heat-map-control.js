import { button, element } from './dom.js';
import { drawHeatMap, legendGradient, pictureOf, seesAll, speaksForIt } from './heat-map.js';

let made = 0;

/** Switches the heat map of one answer on and off, for a chosen class and opacity. */
export class HeatMapControl {
  #model;
  #card;
  #maps = new Map();
  #asked;
  #class;
  #opacity;
  #legend = element('p', { className: 'legend', ariaHidden: 'true' }, 'nothing', element('span', { className: 'legend-scale' }), 'most');
  #says = element('p', { className: 'detail', role: 'status' });

  /** @param {string} describedBy ids of the headings that tell its controls from those of other answers */
  constructor(model, predictions, card, describedBy) {
    const id = `heat-map-${++made}`;
    this.#model = model;
    this.#card = card;
    this.toggle = button('Heat map', () => (this.#shown ? this.hide() : this.#show()),
      { ariaPressed: 'false', 'aria-controls': id, 'aria-describedby': describedBy });
    this.#class = element('select', { id: `${id}-class`, 'aria-describedby': describedBy, onchange: () => this.#draw() },
      ...predictions.map(({ index, label }) => element('option', { value: index, textContent: model.nameOf(index, label) })));
    this.#opacity = element('input',
      { id: `${id}-opacity`, 'aria-describedby': describedBy, type: 'range', min: 10, max: 100, value: 70, oninput: () => this.#paint() });
    this.#legend.querySelector('span').style.setProperty('--scale', legendGradient);
    this.settings = element('div', { id, className: 'heat-map-settings', hidden: true },
      element('div', { className: 'field' }, element('label', { htmlFor: this.#class.id, textContent: 'What speaks for' }), this.#class),
      element('div', { className: 'field' }, element('label', { htmlFor: this.#opacity.id, textContent: 'Opacity' }), this.#opacity),
      this.#legend, this.#says);
  }

  hide() {
    if (!this.#shown) return;
    this.#asked?.abort();
    this.#switch(false);
    this.#card.heatMapLayer.hidden = true;
  }

  get #shown() {
    return this.toggle.ariaPressed === 'true';
  }

  #show() {
    this.#card.hideHeatMaps();
    this.#switch(true);
    this.#draw();
  }

  #switch(on) {
    this.toggle.ariaPressed = String(on);
    this.settings.hidden = !on;
  }

  async #draw() {
    const name = this.#class.selectedOptions[0].textContent;
    try {
      const result = await this.#mapOf(this.#class.value);
      if (!this.#shown || !result) return;
      this.#paint();
      this.#card.heatMapLayer.hidden = false;
      const unseen = seesAll(result) ? '' : 'The network did not see the darkened part.';
      this.#tell(speaksForIt(result.map) ? unseen : `Nothing in this photograph speaks for ${name}. ${unseen}`);
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      this.#card.heatMapLayer.hidden = true;
      this.#tell(problem.message);
    }
  }

  /** Nothing while the map is still being computed, which then takes the opacity as it is. */
  #paint() {
    const result = this.#maps.get(this.#class.value);
    if (result) drawHeatMap(this.#card.heatMapLayer, result, this.#opacity.value / 100);
  }

  #tell(sentence) {
    if (this.#says.textContent !== sentence) this.#says.textContent = sentence;
  }

  /** @returns the result of the class with its picture, or null where a later choice has overtaken it */
  async #mapOf(classIndex) {
    this.#asked?.abort();
    if (!this.#maps.has(classIndex)) {
      const asked = (this.#asked = new AbortController());
      this.#tell('Asking the service');
      const result = await this.#card.explain(this.#model, classIndex, asked.signal);
      this.#maps.set(classIndex, { ...result, picture: pictureOf(result.map) });
    }
    return this.#class.value === classIndex ? this.#maps.get(classIndex) : null;
  }
}
