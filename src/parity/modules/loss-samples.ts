/** The texts of a batch of stage 2, as the data set of the fine-tuning script gives them. */
import type { PaddedText } from '../../text/training-sample.js';
import type { Values } from '../compare.js';
import type { ParityCase } from '../parity-case.js';

/** Inputs `<prefix>input_ids` and `<prefix>attention_mask`, a text a row. */
export async function textsOf(parityCase: ParityCase, prefix: string): Promise<PaddedText[]> {
  const ids = rowsOf(await parityCase.input(`${prefix}input_ids`));
  const masks = rowsOf(await parityCase.input(`${prefix}attention_mask`));
  if (ids.length !== masks.length) {
    throw new RangeError(`${prefix}attention_mask: expected ${ids.length} rows, got ${masks.length}`);
  }
  return ids.map((row, b) => ({ ids: row, mask: masks[b] ?? [] }));
}

/** A matrix as its rows. */
export function rowsOf({ shape, data }: Values): number[][] {
  const [B = 0, T = 0] = shape;
  return Array.from({ length: B }, (_, b) => Array.from(data).slice(b * T, (b + 1) * T));
}

/** The row of each of several lists under its name: the batch as samples. */
export function zipped<T>(columns: { readonly [Key in keyof T]: readonly T[Key][] }): T[] {
  const entries = Object.entries<readonly unknown[]>(columns);
  const [, first = []] = entries[0] ?? [];
  return first.map((_, row) => Object.fromEntries(entries.map(([key, column]) => [key, column[row]])) as T);
}
