/** What belongs to a model beside its tensors: configuration, tokenizer, preprocessing. Node only. */
import { join } from 'node:path';

import { writeAtomically, writeTextAtomically } from './atomic-file.js';
import type { FloatDType } from './dtype.js';
import { type Folder, readJson, readText } from './folder.js';

/** Copied as they are. `config.json` is copied too, with what it says about element kinds corrected. */
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

/** What the tensors beside a `config.json` are. */
export interface StoredKinds {
  /** Of the floating-point tensors, when all are of one kind. */
  readonly dtype: FloatDType | undefined;
  /** Its `quantization_config`; undefined when no tensor is quantised. */
  readonly quantization: object | undefined;
}

/**
 * Copies those that the folder `from` has into the folder `to` on disk, and returns their names.
 *
 * @param kinds left out when the tensors in `to` are of the same kinds as those in `from`.
 */
export async function copyModelFiles(from: Folder, to: string, kinds?: StoredKinds): Promise<string[]> {
  const copied: string[] = [];
  if (await from.has('config.json')) {
    await writeTextAtomically(join(to, 'config.json'), await configText(from, kinds));
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

async function configText(from: Folder, kinds: StoredKinds | undefined): Promise<string> {
  if (kinds === undefined) return readText(from, 'config.json');
  const { dtype, quantization } = kinds;
  const config = (await readJson(from, 'config.json')) as object;
  const changed = {
    ...config,
    ...(dtype && { torch_dtype: torchDTypes[dtype] }),
    quantization_config: quantization, // left out of the text when undefined
  };
  return `${JSON.stringify(changed, null, 2)}\n`;
}
