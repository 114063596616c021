/** `--mode`: which of the two models answers, and whether the checkpoint has the weights for it. */
import type { InternVL } from '../internvl.js';
import { MODES, type Mode } from '../mode.js';
import { openingModel } from './exit-code.js';
import type { OptionTable } from './options.js';

export const modeOption = {
  mode: {
    kind: 'text',
    value: MODES.join('|'),
    oneOf: MODES,
    help: "who reads the pictures: InternViT alone, or with QLLaMA's queries, where the model has them (default: InternVL-C)",
  },
} as const satisfies OptionTable;

/** @throws with exit code 3, naming tensors that are missing, when the model lacks weights of InternVL-G. */
export async function checkMode(model: InternVL, mode: Mode | undefined): Promise<void> {
  if (mode !== 'InternVL-G') return;
  await openingModel(() => model.matchPairs([], [], [])); // of no pair, nothing else can be wrong
}
