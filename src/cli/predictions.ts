/** Predictions as lines for a person: probability, word, bar. */
import type { Prediction } from '../tasks/zero-shot.js';
import { bar } from './progress.js';
import type { Terminal } from './terminal.js';

const BAR_WIDTH = 24;

/** `  93.1 %  red apple  ██████████`, the best one bold, under the title if there is one. */
export async function printPredictions(
  terminal: Terminal,
  title: string | undefined,
  predictions: readonly Prediction[],
): Promise<void> {
  const column = Math.max(...predictions.map(({ label }) => label.length), 0);
  const lines = predictions.map(({ label, score }, i) => {
    const percent = `${(score * 100).toFixed(1)} %`.padStart(7);
    const name = label.padEnd(column);
    return `  ${percent}  ${i === 0 ? terminal.bold(name) : name}  ${bar(score, BAR_WIDTH)}`.trimEnd();
  });
  await terminal.print(`${[...(title === undefined ? [] : [title]), ...lines].join('\n')}\n`);
}
