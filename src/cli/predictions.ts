/** Predictions as lines for a person: probability, word, bar. */
import type { Prediction } from '../tasks/zero-shot.js';
import { columnsOf, inColumns } from '../visual/columns.js';
import { oneLineOf } from '../visual/lines-of-text.js';
import { bar } from './progress.js';
import type { Terminal } from './terminal.js';

const BAR_WIDTH = 24;

/** `  93.1 %  red apple  ██████████`, the best one bold, under the title if there is one. */
export async function printPredictions(
  terminal: Terminal,
  title: string | undefined,
  predictions: readonly Prediction[],
): Promise<void> {
  const lines = predictionLines(predictions, (best) => terminal.bold(best));
  await terminal.print(`${[...(title === undefined ? [] : [title]), ...lines].join('\n')}\n`);
}

/** The same as lines, the best word `marked`. */
export function predictionLines(
  predictions: readonly Prediction[],
  marked: (best: string) => string = (best) => best,
): string[] {
  const column = Math.max(...predictions.map(({ label }) => columnsOf(oneLineOf(label))), 0);
  return predictions.map(({ label, score }, i) => {
    const percent = `${(score * 100).toFixed(1)} %`.padStart(7);
    const name = inColumns(label, column);
    return `  ${percent}  ${i === 0 ? marked(name) : name}  ${bar(score, BAR_WIDTH)}`.trimEnd();
  });
}
