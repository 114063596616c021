/** What `classify` draws beside its answer: `--plot` bars, `--attention` maps, and `--show` both on the terminal. */
import type { InternVL } from '../internvl.js';
import type { Picture } from '../tasks/picture.js';
import type { Prediction } from '../tasks/zero-shot.js';
import { MAX_PICTURES, probabilityBars } from '../visual/probability-bars.js';
import { answerLines } from './answer-lines.js';
import { type AttentionRequest, attentionOptions, attentionRequest, lookAt } from './attention-options.js';
import { plotFile, plotOption, showOption, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import type { OptionTable, Values } from './options.js';
import type { Terminal } from './terminal.js';
import { thumbnail } from './thumbnail.js';

export const answerPictureOptions = {
  ...plotOption(`the probabilities as bars, of up to ${MAX_PICTURES} pictures`),
  ...showOption('each picture, and what --attention-of names,'),
  ...attentionOptions,
} as const satisfies OptionTable;

export interface PictureRequest {
  readonly plot: string | undefined;
  readonly attention: AttentionRequest | undefined;
  readonly show: boolean;
}

/** @throws a usage error for a file with another ending, a part that cannot be read, or too many pictures. */
export async function pictureRequest(
  values: Values<typeof answerPictureOptions>,
  pictures: number,
): Promise<PictureRequest> {
  const { plot, show } = values;
  if (plot !== undefined && pictures > MAX_PICTURES)
    throw usageError(`--plot expects at most ${MAX_PICTURES} pictures, got ${pictures}`);
  if (plot !== undefined && plot === values.attention)
    throw usageError(`--plot and --attention expect a file each, got ${plot} twice`);
  return { plot: await plotFile({ plot }), attention: await attentionRequest(values, pictures), show };
}

export interface Answers {
  readonly pictures: readonly Picture[];
  readonly names: readonly string[];
  readonly results: readonly (readonly Prediction[])[];
}

/** Dots of a thumbnail: what its place beside the bars has in a PNG, and more than a terminal shows. */
const THUMBNAIL = 160;

/** Draws what is asked for; on the terminal the results too, where `isText` does not say that they are printed. */
export async function drawAnswers(
  terminal: Terminal,
  model: InternVL,
  { plot, attention, show }: PictureRequest,
  { pictures, names, results }: Answers,
  isText: boolean,
): Promise<void> {
  const looked = attention && (await lookAt(terminal, model, attention, pictures, names));
  if (plot === undefined && !show) return;
  const named = [];
  for (const [i, picture] of pictures.entries()) {
    const small = await thumbnail(picture, 'classification', THUMBNAIL, terminal.signal);
    named.push({ name: names[i] ?? '', thumbnail: small, predictions: results[i] ?? [] });
  }
  if (plot !== undefined) await writeDrawing(terminal, plot, probabilityBars(named));
  if (!show) return;
  const shown = named.map(({ name, ...answer }, i) => ({
    label: name,
    picture: looked?.[i]?.picture ?? answer.thumbnail,
    maps: looked?.[i]?.maps ?? [],
  }));
  terminal.show(answerLines(shown, isText ? [] : results, terminal.size));
}
