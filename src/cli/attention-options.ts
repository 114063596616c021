/** `--attention`: which parts of the model are to be watched, and the picture of what they look at. */
import { inputSize } from '../contrastive/config.js';
import { applyTransform } from '../image/transform.js';
import type { InternVL } from '../internvl.js';
import { type Picture, readPicture } from '../tasks/picture.js';
import { attentionSheet, type LookedAt, MAX_TILES } from '../visual/attention-sheet.js';
import { type AttentionTarget, lookOf } from '../visual/attention-target.js';
import { checkDrawingFile, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import type { OptionTable, Values } from './options.js';
import { progressBar } from './progress.js';
import type { Terminal } from './terminal.js';

const PARTS = 'pool[:HEAD], vit[:BLOCK[:HEAD]][@ROW,COLUMN] or query:INDEX[:LAYER[:HEAD]]';

export const attentionOptions = {
  attention: {
    kind: 'text',
    value: 'FILE',
    help: 'draw where the model looks in each picture (.png or .svg)',
  },
  'attention-of': {
    kind: 'list',
    value: 'PART',
    help:
      `which part of it: ${PARTS}; several are drawn side by side (default: pool). vit is the class token of a block, ` +
      'or the patch at ROW,COLUMN; query needs the weights of InternVL-G. What is left out: the last block or layer, ' +
      'the mean of the heads',
  },
} as const satisfies OptionTable;

export interface AttentionRequest {
  /** Of the drawing; none where the maps are shown on the terminal alone. */
  readonly file: string | undefined;
  readonly parts: readonly string[];
  readonly targets: readonly AttentionTarget[];
}

/**
 * What the options ask for, if anything.
 *
 * @throws a usage error for a part that cannot be read, or more than one drawing can show.
 */
export async function attentionRequest(
  { attention: file, 'attention-of': given, show }: Values<typeof attentionOptions> & { show: boolean },
  pictures: number,
): Promise<AttentionRequest | undefined> {
  if (file === undefined && !(show && given.length > 0)) {
    if (given.length > 0) throw usageError('--attention-of expects --attention FILE or --show, got neither');
    return undefined;
  }
  if (file !== undefined) await checkDrawingFile('attention', file);
  const parts = given.length > 0 ? given : ['pool'];
  const tiles = pictures * (1 + parts.length);
  if (tiles > MAX_TILES)
    throw usageError(
      `--attention draws at most ${MAX_TILES} tiles, got ${pictures} pictures with ${parts.length} maps`,
    );
  return { file, parts, targets: parts.map(parseTarget) };
}

const FORMS =
  /^(?:(pool)(?::(\d+))?|(vit)(?::(\d+)(?::(\d+))?)?(?:@(\d+),(\d+))?|(query):(\d+)(?::(\d+)(?::(\d+))?)?)$/;

/** `vit:3:1` → block 3, head 1. */
export function parseTarget(text: string): AttentionTarget {
  const [, pool, poolHead, vit, block, vitHead, row, column, query, index, layer, queryHead] =
    FORMS.exec(text) ?? [];
  const number = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));
  if (pool) return { part: 'pool', head: number(poolHead) };
  if (query) return { part: 'query', index: Number(index), layer: number(layer), head: number(queryHead) };
  if (!vit) throw usageError(`--attention-of expects ${PARTS}, got '${text}'`);
  const patch = row === undefined ? undefined : { row: Number(row), column: Number(column) };
  return { part: 'vit', block: number(block), head: number(vitHead), patch };
}

/** @throws a usage error when the model does not have such a part. */
export function checkAttention({ config, modes }: InternVL, { parts, targets }: AttentionRequest): void {
  const grid = Math.floor(inputSize(config) / config.vision.patchSize);
  for (const [i, target] of targets.entries()) {
    try {
      lookOf(config, { gridY: grid, gridX: grid }, target);
    } catch (error) {
      throw usageError(
        `--attention-of ${parts[i]}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (target.part === 'query' && !modes.includes('InternVL-G'))
      throw usageError(
        `--attention-of ${parts[i]}: expected the weights of InternVL-G, got a model without: pool and vit work`,
      );
  }
}

/** Dots of the square on which a map is drawn. */
const FINE = 320;

/** The maps of all pictures, each with what they lie on; drawn on one sheet if there is a file for it. */
export async function lookAt(
  terminal: Terminal,
  model: InternVL,
  { file, targets }: AttentionRequest,
  pictures: readonly Picture[],
  names: readonly string[],
): Promise<LookedAt[]> {
  const progress = progressBar(terminal, 'looking');
  const rows: LookedAt[] = [];
  for (const [i, picture] of pictures.entries()) {
    const image = await readPicture(picture, terminal.signal);
    const onProgress = (done: number, total: number) => progress.update(i + done / total, pictures.length);
    const maps = await model.attention(image, { of: targets, signal: terminal.signal, onProgress });
    const square = (size: number) => applyTransform(image, 'classification', size);
    const seen = square(inputSize(model.config));
    rows.push({ label: names[i] ?? '', seen, picture: square(FINE), maps });
  }
  progress.end();
  if (file !== undefined) await writeDrawing(terminal, file, attentionSheet(rows));
  return rows;
}
