const svg = 'http://www.w3.org/2000/svg';
const [width, height] = [120, 32];

/** A line of the last values of one figure, and the same in words for those who do not see it. */
export class Sparkline {
  #values = [];
  #points;
  #name;
  #words;

  /** @param {(value: number) => string} words a value with its unit */
  constructor(name, points, words) {
    this.#name = name;
    this.#points = points;
    this.#words = words;
    this.element = document.createElementNS(svg, 'svg');
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('role', 'img');
    this.element.setAttribute('aria-label', `${name}: no figures yet`);
    this.element.append(document.createElementNS(svg, 'polyline'));
  }

  /** @param {number|null} value null where there is none, which leaves a gap at the end of the words and 0 in the line */
  push(value) {
    this.#values = [...this.#values, value].slice(-this.#points);
    const most = Math.max(...this.#values.map(Number), 1e-9);
    const step = width / (this.#points - 1);
    const start = this.#points - this.#values.length;
    const line = this.#values.map((one, index) => `${((start + index) * step).toFixed(1)},${(height - 2 - (Number(one) / most) * (height - 4)).toFixed(1)}`);
    this.element.firstChild.setAttribute('points', line.join(' '));
    const now = value === null ? 'none now' : `now ${this.#words(value)}`;
    this.element.setAttribute('aria-label', `${this.#name} over the last minute: ${now}, highest ${this.#words(Math.max(...this.#values.map(Number)))}`);
  }
}
