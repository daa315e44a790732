import { ModelInUse } from './model-in-use.js';
import { element } from './dom.js';
import { showFacts } from './model-facts.js';
import { many } from './format.js';
import { Problem } from './problems.js';
import { getModel, listModels } from './service.js';

/** Stepping through numbers asks for the last of them. */
const settlesMs = 300;

/** Which model answers, with which other it is compared, and how many classes an answer has. The page's address keeps the choice. */
export class ModelChoice {
  #model = document.getElementById('model');
  #other = document.getElementById('other');
  #k = document.getElementById('k');
  #unserved = document.getElementById('unserved');
  #ready = new Map();
  #known = new Map();
  #onChange;

  /** One model, or two to compare; empty until load() has succeeded. */
  models = [];

  /**
   * @param {() => void} onChange called when models has changed
   * @param {(problem) => void} onProblem called where the service says nothing of a model that was chosen; load() is tried next
   */
  constructor(onChange, onProblem) {
    this.#onChange = onChange;
    const choose = () => {
      this.#unserved.hidden = true;
      this.#choose().catch(onProblem);
    };
    this.#model.onchange = this.#other.onchange = choose;
    let settling;
    this.#k.onchange = () => {
      clearTimeout(settling);
      settling = setTimeout(choose, settlesMs);
    };
  }

  /** Reads which models there are; throws a Problem where the service does not say. */
  async load() {
    const listed = await listModels();
    const ready = listed.filter((model) => model.capabilities.length > 0);
    const wanted = new URLSearchParams(location.search);
    this.#known.clear();
    this.#ready = new Map(ready.map((model) => [referenceOf(model), { title: titleOf(model, ready), summary: model }]));
    const options = [...this.#ready].map(([value, { title }]) => ({ value, text: title }));
    fill(this.#model, options, [wanted.get('model'), ...ready.filter((model) => model.isDefault).map(referenceOf)]);
    fill(this.#other, [{ value: '', text: 'No other model' }, ...options], [wanted.get('with')]);
    if (/^[1-9]\d{0,4}$/.test(wanted.get('k') ?? '')) this.#k.value = wanted.get('k');
    this.#other.parentElement.hidden = options.length < 2;
    this.#model.disabled = this.#k.disabled = options.length === 0;
    showFaulty(listed.filter((model) => model.faults.length > 0));
    if (options.length === 0) throw Problem.noModel();
    this.#tellUnserved([wanted.get('model'), wanted.get('with')].filter((reference) => reference && !this.#ready.has(reference)));
    await this.#choose();
  }

  async #choose() {
    for (const option of this.#other.options) option.disabled = option.value === this.#model.value;
    if (this.#other.value === this.#model.value) this.#other.value = '';

    const references = [this.#model.value, this.#other.value].filter(Boolean);
    const chosen = await Promise.all(references.map((reference) => this.#inUse(reference)));
    // Something else may have been chosen meanwhile.
    if (references.join() !== [this.#model.value, this.#other.value].filter(Boolean).join()) return;
    this.#k.max = Math.max(...chosen.map((model) => model.classes));
    this.#k.value = Math.min(this.#k.max, Math.max(1, Math.round(Number(this.#k.value)) || 1));
    this.models = chosen.map((model) => model.withBest(Number(this.#k.value)));
    this.#remember();
    showFacts(this.models);
    this.#onChange();
  }

  /** Another model takes the place of one that the address names. */
  #tellUnserved(references) {
    this.#unserved.hidden = references.length === 0;
    if (references.length > 0)
      this.#unserved.textContent = `This service does not serve ${new Intl.ListFormat('en').format(references)}, which the address names. See above what it serves.`;
  }

  async #inUse(reference) {
    const { title, summary } = this.#ready.get(reference);
    if (!this.#known.has(reference)) this.#known.set(reference, new ModelInUse(reference, title, summary, await getModel(reference)));
    return this.#known.get(reference);
  }

  #remember() {
    const query = new URLSearchParams({ model: this.#model.value, k: this.#k.value });
    if (this.#other.value) query.set('with', this.#other.value);
    history.replaceState(null, '', `?${query}`.replaceAll('%3A', ':'));
  }
}

const referenceOf = (model) => `${model.name}:${model.version}`;

/** The name alone where only one version serves. */
const titleOf = (model, all) => (all.filter((other) => other.name === model.name).length > 1 ? `${model.name} version ${model.version}` : model.name);

/** Keeps what was chosen, else takes the first of the wishes that there is. */
function fill(select, options, wishes) {
  const wish = [select.value, ...wishes].find((value) => value && options.some((option) => option.value === value));
  select.replaceChildren(...options.map(({ value, text }) => element('option', { value, textContent: text })));
  if (wish) select.value = wish;
}

function showFaulty(models) {
  const details = document.getElementById('faulty');
  details.hidden = models.length === 0;
  details.querySelector('summary').textContent = `${many(models.length, 'model')} that cannot be served`;
  details.querySelector('ul').replaceChildren(
    ...models.map((model) => element('li', { textContent: `${referenceOf(model)}: ${model.faults.join(' ')}` })));
}
