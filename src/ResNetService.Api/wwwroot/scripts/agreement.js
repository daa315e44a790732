/** Whether two answers to the same photograph say the same, as a sentence. */
export function agreement(first, second) {
  const [best, otherBest] = [first.predictions[0], second.predictions[0]];
  if (!sameClass(best, otherBest)) return { same: false, says: `They disagree: ${best.label} and ${otherBest.label}.` };

  const shared = first.predictions.filter((one) => second.predictions.some((other) => sameClass(one, other))).length;
  const length = Math.min(first.predictions.length, second.predictions.length);
  return { same: true, says: length === 1 ? `Both say ${best.label}.` : `Both say ${best.label}; ${shared} of the best ${length} classes are the same.` };
}

/** By name, since models of different data sets number their classes differently; where names are equal but numbers are not ("crane"), they are no proof. */
const sameClass = (one, other) => one.label.toLowerCase() === other.label.toLowerCase();
