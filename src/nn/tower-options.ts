/** What a caller may ask of a tower while its blocks run: InternViT, QLLaMA's text, QLLaMA's queries. */
import type { Tap } from './tap.js';

export interface TowerOptions {
  readonly tap?: Tap | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each block, with the number done and of all. */
  readonly onBlock?: ((done: number, total: number) => void) | undefined;
}
