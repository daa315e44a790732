import { element } from './dom.js';
import { count, many, milliseconds, percent } from './format.js';
import { getStats } from './service.js';
import { Sparkline } from './sparkline.js';

const everyMs = 1000;
const longestMs = 5000;
const points = 60;

/** Throughput, queue and latency of each model, asked for each second while somebody can see them, and there is no key to wait for. */
export class LivePanel {
  #panel = document.getElementById('live');
  #models = document.getElementById('live-models');
  #cache = document.getElementById('live-cache');
  #rows = new Map();
  #timer;
  #asked;

  constructor() {
    this.#panel.ontoggle = () => this.restart();
    document.addEventListener('visibilitychange', () => this.restart());
  }

  restart() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (this.#panel.open && !document.hidden) this.#poll();
  }

  async #poll() {
    const asked = (this.#asked = new AbortController());
    try {
      const stats = await getStats(AbortSignal.any([asked.signal, AbortSignal.timeout(longestMs)]));
      if (stats === null) return this.#says('This service keeps no live figures.');
      this.#show(stats);
    } catch (error) {
      if (asked.signal.aborted) return;
      if (error.asksForKey) return this.#says('No figures: the service asks for a key.');
      this.#says('No figures: the service does not answer.');
    }
    if (!asked.signal.aborted) this.#timer = setTimeout(() => this.#poll(), everyMs);
  }

  #show({ models, cache }) {
    const names = models.map((model) => `${model.name}:${model.version}`);
    const rows = names.map((name) => this.#rows.get(name) ?? new LiveModel(name));
    this.#rows = new Map(names.map((name, index) => [name, rows[index]]));
    rows.forEach((row, index) => row.show(models[index]));
    if (rows.some((row, index) => this.#models.children[index] !== row.element)) this.#models.replaceChildren(...rows.map((row) => row.element));
    this.#cache.hidden = !cache;
    if (cache) this.#cache.textContent = `Kept answers: there was one for ${percent(cache.hitRatio)} of ${many(cache.hits + cache.misses, 'image')}`;
  }

  #says(sentence) {
    this.#cache.hidden = true;
    if (this.#models.textContent !== sentence) this.#models.replaceChildren(element('p', { textContent: sentence, role: 'status' }));
  }
}

/** One model's figures. */
class LiveModel {
  #throughput = new Figure('Throughput', (value) => `${value.toFixed(1)} images/s`);
  #queue = new Figure('Held', (value) => count(value));
  #latency = new Figure('Latency', (value) => milliseconds(value));
  #totals = element('p', { className: 'detail' });

  constructor(name) {
    this.element = element('section', { className: 'live-model' },
      element('h3', { textContent: name }),
      element('div', { className: 'figures' }, this.#throughput.element, this.#queue.element, this.#latency.element), this.#totals);
  }

  show({ imagesPerSecond, held, capacity, running, latency, answered, failed, batches }) {
    this.#throughput.show(imagesPerSecond, 'over the last 10 s');
    this.#queue.show(held, `of ${count(capacity)} images; ${many(running, 'batch', 'batches')} running`);
    this.#latency.show(latency?.p95Ms ?? null, latency ? `p95 of the last minute; p50 ${milliseconds(latency.p50Ms)}, p99 ${milliseconds(latency.p99Ms)}` : 'no answers in the last minute');
    this.#totals.textContent = `Since the start: ${count(answered)} computed in ${many(batches, 'batch', 'batches')}, ${count(failed)} failed`;
  }
}

/** A number, what it means, and its line. */
class Figure {
  #value = element('p', { className: 'figure-value' });
  #meaning = element('p', { className: 'detail' });
  #line;
  #words;

  constructor(name, words) {
    this.#words = words;
    this.#line = new Sparkline(name, points, words);
    this.element = element('div', { className: 'figure' }, element('p', { className: 'figure-name', textContent: name }), this.#value, this.#line.element, this.#meaning);
  }

  show(value, meaning) {
    this.#value.textContent = value === null ? '–' : this.#words(value);
    this.#meaning.textContent = meaning;
    this.#line.push(value);
  }
}
