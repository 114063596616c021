/** What belongs to a model beside its tensors: configuration, tokenizer, preprocessing. Node only. */
import { join } from 'node:path';

import { writeAtomically, writeTextAtomically } from './atomic-file.js';
import type { FloatDType } from './dtype.js';
import { type Folder, readJson, readText } from './folder.js';

/** Copied as they are. `config.json` is copied too, with its `torch_dtype` corrected. */
const verbatim = [
  'preprocessor_config.json',
  'generation_config.json',
  'tokenizer.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'zero_shot.json',
  'LICENSE',
];

/**
 * Copies those that the folder `from` has into the folder `to` on disk, and returns their names.
 *
 * @param dtype what the floating-point tensors in `to` are, when all are of one kind.
 */
export async function copyModelFiles(
  from: Folder,
  to: string,
  dtype: FloatDType | undefined,
): Promise<string[]> {
  const copied: string[] = [];
  if (await from.has('config.json')) {
    await writeTextAtomically(join(to, 'config.json'), await configText(from, dtype));
    copied.push('config.json');
  }
  for (const name of verbatim) {
    if (!(await from.has(name))) continue;
    const bytes = await from.open(name);
    await writeAtomically(join(to, name), [await bytes.read(0, bytes.size)]).finally(() => bytes.close());
    copied.push(name);
  }
  return copied;
}

const torchDTypes = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

async function configText(from: Folder, dtype: FloatDType | undefined): Promise<string> {
  if (dtype === undefined) return readText(from, 'config.json');
  const config = (await readJson(from, 'config.json')) as object;
  return `${JSON.stringify({ ...config, torch_dtype: torchDTypes[dtype] }, null, 2)}\n`;
}
