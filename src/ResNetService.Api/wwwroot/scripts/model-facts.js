import { element, facts } from './dom.js';
import { count, percent } from './format.js';

/** Shows what is known of each model that answers. */
export function showFacts(models) {
  document.getElementById('facts').replaceChildren(...models.map((model) =>
    element('div', { className: 'model-facts' },
      models.length > 1 ? element('h3', { textContent: model.title }) : null,
      facts(rowsOf(model.details), 'facts-list'),
      ...model.details.warnings.map((warning) => element('p', { className: 'detail', textContent: warning })))));
}

function rowsOf({ manifest, labels, provider, precision, instructionSet, version }) {
  const { inputSize, resize, interpolation } = manifest.preprocessing;
  return [
    ['Architecture', manifest.architecture],
    ['Version', version],
    ['Precision', precision],
    ['Runs on', [provider, instructionSet].filter(Boolean).join(', ')],
    ['Input', `${inputSize} × ${inputSize} pixels, from ${resize} ${interpolation}`],
    ['Classes', count(labels.length)],
    ['Measured accuracy', accuracyOf(manifest.accuracy)],
    ['Licence', manifest.provenance.licence],
    ['Source', manifest.provenance.source],
  ];
}

const accuracyOf = (accuracy) => (accuracy
  ? `${percent(accuracy.top1, 2)} top-1, ${percent(accuracy.top5, 2)} top-5 (${accuracy.dataset})`
  : 'not measured');
