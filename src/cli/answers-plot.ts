/** `--plot` of `classify`: pictures and the words that fit best, as bars. */
import type { Picture } from '../tasks/picture.js';
import type { Prediction } from '../tasks/zero-shot.js';
import { type Classified, MAX_PICTURES, probabilityBars } from '../visual/probability-bars.js';
import { plotFile, plotOption, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import type { Terminal } from './terminal.js';
import { thumbnail } from './thumbnail.js';

export const answersPlotOption = plotOption(`the probabilities as bars, of up to ${MAX_PICTURES} pictures`);

/** @throws a usage error when the file has another ending, or there are too many pictures for it. */
export async function answersPlotFile(
  plot: string | undefined,
  pictures: number,
): Promise<string | undefined> {
  if (plot !== undefined && pictures > MAX_PICTURES)
    throw usageError(`--plot expects at most ${MAX_PICTURES} pictures, got ${pictures}`);
  return plotFile({ plot });
}

/** Draws each picture beside its predictions. */
export async function drawAnswers(
  terminal: Terminal,
  path: string,
  pictures: readonly Picture[],
  names: readonly string[],
  results: readonly (readonly Prediction[])[],
): Promise<void> {
  const answers: Classified[] = [];
  for (const [i, picture] of pictures.entries()) {
    const name = names[i] === '-' ? 'stdin' : (names[i] ?? '');
    const small = await thumbnail(picture, 'classification', terminal.signal);
    answers.push({ name, thumbnail: small, predictions: results[i] ?? [] });
  }
  await writeDrawing(terminal, path, probabilityBars(answers));
}
