/** Where the tokens of a batch stand: real ones are counted, padding is not. */
import { type RopeTable, ropeTable } from '../nn/rope.js';
import type { LlamaConfig } from './config.js';

/** For each row of a batch which tokens are real (1) and which are padding (0). */
export type Visible = readonly (readonly number[])[];

/** @throws RangeError when a row ends in padding: what comes next would follow from the padding. */
export function checkPaddedLeft(visible: Visible): void {
  const wrong = visible.findIndex((row) => row.at(-1) !== 1);
  if (wrong < 0) return;
  throw new RangeError(`prompt ${wrong + 1}: expected padding on the left, got it at the end`);
}

/** Number of real tokens up to each, minus one; padding, whose states nobody reads, stands at 1. */
export function positionsOf(visible: Visible): number[][] {
  return visible.map((row) => {
    let before = 0;
    return row.map((real) => (real === 1 ? before++ : 1));
  });
}

/** Rotary tables of positions [B, T]: one for all rows where these agree, else one for each. */
export function ropeAt(
  { hiddenSize, numHeads, ropeBase }: LlamaConfig,
  positions: readonly (readonly number[])[],
): RopeTable {
  const [first = []] = positions;
  const agree = positions.every((row) => row.every((position, t) => position === first[t]));
  return ropeTable(agree ? first : positions.flat(), hiddenSize / numHeads, ropeBase);
}

/** Every row from 0 to T − 1. */
export function ropeFromStart(config: LlamaConfig, T: number): RopeTable {
  return ropeAt(config, [Array.from({ length: T }, (_, t) => t)]);
}

/** Whether any token is padding. */
export const hasPadding = (visible: Visible): boolean => visible.some((row) => row.includes(0));

/** Real tokens in each row: the position of the one that comes next. */
export const lengthsOf = (visible: Visible): number[] =>
  visible.map((row) => row.reduce((sum, real) => sum + real, 0));
