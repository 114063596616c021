/** Models for the commands that need the weights of InternVL-G: one that has them, and one that lacks them. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { writeTinyModel } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';

const C_ALONE = '../fixtures/reference/tiny-14b/checkpoint-pth/internvl_c_13b_224px.pth';

/** Random weights of every part, `complete`, and the same without InternVL-G's, `withoutG`, in `folder`. */
export async function writeGenerativeModels(folder: string): Promise<{ complete: string; withoutG: string }> {
  const complete = writeTinyModel(join(folder, 'complete'));
  const withoutG = join(folder, 'without-g');
  const source = fileURLToPath(new URL(C_ALONE, import.meta.url));
  await runInProcess(['convert', source, withoutG]);
  copyFileSync(join(complete, 'tokenizer.model'), join(withoutG, 'tokenizer.model'));
  return { complete, withoutG };
}
