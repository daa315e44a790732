import { element, facts } from './dom.js';
import { count, many, percent } from './format.js';

/** So many classes are named at once; whoever sees "automobile" below a cup of coffee can know why. */
const namedAtOnce = 12;

/** Shows what is known of each model that answers: the main things in a line, the others below it. */
export function showFacts(models) {
  const shown = document.getElementById('facts');
  const open = shown.querySelector('details')?.open ?? false;
  shown.replaceChildren(...models.flatMap((model) => [
    knownTo(model, models.length > 1),
    element('details', { open },
      element('summary', { textContent: summaryOf(model, models.length > 1) }),
      facts(rowsOf(model.details), 'facts-list'),
      ...model.details.warnings.map((warning) => element('p', { className: 'detail', textContent: warning }))),
  ].filter(Boolean)));
}

function knownTo({ title, classes, details }, showsTitle) {
  if (classes > namedAtOnce) return null;
  const names = new Intl.ListFormat('en').format(details.labels.map((label) => label.name));
  return element('p', { className: 'detail', textContent: `${showsTitle ? title : 'This model'} knows ${names}; anything else it takes for one of these.` });
}

function summaryOf({ title, classes, details: { manifest, provider, precision } }, showsTitle) {
  const { accuracy, architecture, preprocessing: { inputSize } } = manifest;
  return [
    showsTitle ? title : architecture, `${precision} on ${provider}`, `${inputSize} × ${inputSize} pixels`,
    many(classes, 'class', 'classes'), accuracy ? `${percent(accuracy.top1, 2)} top-1` : 'accuracy not measured',
  ].join(' · ');
}

function rowsOf({ manifest, labels, provider, precision, instructionSet, version }) {
  const { inputSize, resize, interpolation } = manifest.preprocessing;
  return [
    ['Architecture', manifest.architecture],
    ['Version', version],
    ['Precision', precision],
    ['Runs on', [provider, instructionSet].filter(Boolean).join(', ')],
    ['Input', `${inputSize} × ${inputSize} pixels, ${interpolation} from ${resize}`],
    ['Classes', count(labels.length)],
    ['Measured accuracy', accuracyOf(manifest.accuracy)],
    ['Licence', manifest.provenance.licence],
    ['Source', manifest.provenance.source],
  ];
}

const accuracyOf = (accuracy) => (accuracy
  ? `${percent(accuracy.top1, 2)} top-1, ${percent(accuracy.top5, 2)} top-5 on ${accuracy.dataset}`
  : 'not measured');
