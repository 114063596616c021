/** What belongs to a model beside its tensors: configuration, tokenizer, preprocessing. Node only. */
import { join } from 'node:path';

import { writeAtomically, writeTextAtomically } from './atomic-file.js';
import type { FloatDType } from './dtype.js';
import { type Folder, readText } from './folder.js';

/** Copied as they are. `config.json` is copied too, with its `torch_dtype` corrected. */
const verbatim = [
  'preprocessor_config.json',
  'generation_config.json',
  'tokenizer.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
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
    const text = await readText(from, 'config.json');
    await writeTextAtomically(join(to, 'config.json'), withTorchDType(text, dtype, from.description));
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

function withTorchDType(text: string, dtype: FloatDType | undefined, where: string): string {
  if (dtype === undefined) return text;
  try {
    return `${JSON.stringify({ ...JSON.parse(text), torch_dtype: torchDTypes[dtype] }, null, 2)}\n`;
  } catch (error) {
    throw new Error(
      `${where}/config.json: expected JSON, got ${error instanceof Error ? error.message : error}`,
    );
  }
}
