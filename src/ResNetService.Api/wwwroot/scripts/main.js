import { Board } from './board.js';
import { Camera } from './camera.js';
import { Hold } from './hold.js';
import { takeIn } from './intake.js';
import { KeyPrompt } from './key.js';
import { LivePanel } from './live-panel.js';
import { ModelChoice } from './model-choice.js';
import { Problem } from './problems.js';
import { WorkQueue } from './work-queue.js';

/** A browser opens six connections to a host; the others are for figures, heat maps and the page. */
const requestsAtOnce = 4;

let mustLoad = true;

const hold = new Hold(resume);
const figures = new LivePanel();
const prompt = new KeyPrompt(() => {
  figures.restart();
  resume();
});
const queue = new WorkQueue(requestsAtOnce, wait, () => hold.settle());
const choice = new ModelChoice(() => board.askAll(), (problem) => wait(problem, true));
const board = new Board(queue, choice);

takeIn((files) => board.add(files));
new Camera((still) => board.add([still]));
document.getElementById('example').onclick = addExample;
resume();

/** Until the service can be asked again. One that was gone may come back with other models. */
function wait(problem, load = problem.unreachable) {
  mustLoad ||= load;
  if (problem.asksForKey) prompt.ask(problem);
  else hold.begin(problem);
}

async function resume() {
  try {
    if (mustLoad) await choice.load();
    mustLoad = false;
    queue.release();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    wait(error, true);
  }
}

async function addExample() {
  const path = '/examples/cat.jpg';
  try {
    const blob = await (await fetch(path)).blob();
    await board.add([new File([blob], path.split('/').at(-1), { type: blob.type })]);
  } catch {
    wait(Problem.unreachable());
  }
}
