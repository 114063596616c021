/** What a caller may ask of a tower while its blocks run: InternViT, QLLaMA's text, QLLaMA's queries. */
import type { Tap } from './tap.js';

export interface TowerOptions {
  /** Sees values of the whole batch: with a tap, a batch is not taken apart. */
  readonly tap?: Tap | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Told after each block, with the number done and of all; after each part of a batch with the fraction of the
   * block that is done.
   */
  readonly onBlock?: ((done: number, total: number) => void) | undefined;
  /**
   * Rows of the batch that go through a block together; all when left out. All of them go through block i before
   * block i + 1 is needed: a large batch takes the activations of a small one, and reads each block once.
   */
  readonly rowsAtOnce?: number | undefined;
}

/** How many rows go through a block together. */
export function partRows({ tap, rowsAtOnce }: TowerOptions): number {
  return tap || rowsAtOnce === undefined ? Number.POSITIVE_INFINITY : rowsAtOnce;
}
