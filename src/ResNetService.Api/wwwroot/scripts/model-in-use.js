/** A model that serves, with how many classes it is asked for. */
export class ModelInUse {
  #ambiguous;

  /** @param summary its entry of the list of models; @param details its own reply, with manifest and labels */
  constructor(reference, title, summary, details, k = 5) {
    Object.assign(this, { reference, title, details });
    this.classes = details.labels.length;
    this.k = Math.min(k, this.classes);
    this.explains = summary.capabilities?.includes('explain') ?? false;
    const names = details.labels.map((label) => label.name);
    this.#ambiguous = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    this.withBest = (best) => new ModelInUse(reference, title, summary, details, best);
  }

  /** The label, with the class index where another class has the same. */
  nameOf(index, label) {
    return this.#ambiguous.has(label) ? `${label} (class ${index})` : label;
  }
}
