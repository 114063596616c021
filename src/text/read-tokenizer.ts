/** The tokenizer of a model folder, whichever of the two file formats it is in. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { tokenizerFromJson } from './json-tokenizer.js';
import { parseModel } from './sentencepiece-model.js';
import { tokenizerFromModel } from './sentencepiece-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** The largest vocabulary files in use have some 35 MB. */
const maxBytes = 256 * 2 ** 20;

/**
 * Reads `tokenizer.model`, or `tokenizer.json` where there is no such file.
 *
 * @throws Error with the file, what is wrong and what to do.
 */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
  const model = join(folder, 'tokenizer.model');
  const modelBytes = await readIfPresent(model);
  if (modelBytes !== undefined) return named(model, () => tokenizerFromModel(parseModel(modelBytes)));

  const json = join(folder, 'tokenizer.json');
  const jsonBytes = await readIfPresent(json);
  if (jsonBytes === undefined) {
    throw new Error(
      `${folder}: expected tokenizer.model or tokenizer.json, got neither; copy it from the model's folder`,
    );
  }
  const configBytes = await readIfPresent(join(folder, 'tokenizer_config.json'));
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return named(json, () => tokenizerFromJson(text(jsonBytes), configBytes && text(configBytes)));
}

async function readIfPresent(file: string): Promise<Uint8Array | undefined> {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) throw new RangeError(`expected at most ${maxBytes} bytes, got ${size}`);
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Errors of the format get the file's name, and the remedy when the data itself is wrong. */
function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isDamaged = error instanceof RangeError || error instanceof TypeError;
    const remedy = isDamaged ? ' (the file is damaged: copy or download it again)' : '';
    throw new Error(`${file}: ${(error as Error).message}${remedy}`, { cause: error });
  }
}
