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
    this.element.append(document.createElementNS(svg, 'path'));
    this.#tell('no figures yet');
  }

  /** @param {number|null} value null where there is none, which is a gap in the line */
  push(value) {
    this.#values = [...this.#values, value].slice(-this.#points);
    const known = this.#values.filter((one) => one !== null);
    const most = Math.max(...known);
    this.element.firstChild.setAttribute('d', this.#line(most || 1));
    if (known.length === 0) this.#tell('no figures yet');
    else this.#tell(`${value === null ? 'none now' : `now ${this.#words(value)}`}, highest ${this.#words(most)}`);
  }

  #tell(figures) {
    this.element.setAttribute('aria-label', `${this.#name} over the last minute: ${figures}`);
  }

  #line(most) {
    const step = width / (this.#points - 1);
    const start = this.#points - this.#values.length;
    return this.#values.map((value, index) => {
      if (value === null) return '';
      const place = `${((start + index) * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`;
      return (this.#values[index - 1] ?? null) === null ? `M${place}` : `L${place}`;
    }).join('');
  }
}
