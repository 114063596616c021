/** The tokenizer of a model folder, whichever of the two file formats it is in. */
import { tokenizerFromJson } from './json-tokenizer.js';
import { parseModel } from './sentencepiece-model.js';
import { tokenizerFromModel } from './sentencepiece-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** The largest vocabulary files in use have some 35 MB. */
const maxBytes = 256 * 2 ** 20;

/** The folder of a model, as far as it is needed here: `checkpoint/folder.ts` has more. */
export interface TokenizerFolder {
  /** Path or address, for messages. */
  readonly description: string;
  has(name: string): Promise<boolean>;
  open(name: string): Promise<TokenizerFile>;
}

export interface TokenizerFile {
  readonly size: number;
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Reads `tokenizer.model`, or `tokenizer.json` where there is no such file.
 *
 * @throws Error with the file, what is wrong and what to do.
 */
export async function readTokenizer(folder: TokenizerFolder): Promise<Tokenizer> {
  const at = (name: string) => `${folder.description}/${name}`;
  const modelBytes = await readIfPresent(folder, 'tokenizer.model');
  if (modelBytes !== undefined) {
    return named(at('tokenizer.model'), () => tokenizerFromModel(parseModel(modelBytes)));
  }
  const jsonBytes = await readIfPresent(folder, 'tokenizer.json');
  if (jsonBytes === undefined) {
    throw new Error(
      `${folder.description}: expected tokenizer.model or tokenizer.json, got neither; copy it from the model's folder`,
    );
  }
  const configBytes = await readIfPresent(folder, 'tokenizer_config.json');
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return named(at('tokenizer.json'), () =>
    tokenizerFromJson(text(jsonBytes), configBytes && text(configBytes)),
  );
}

async function readIfPresent(folder: TokenizerFolder, name: string): Promise<Uint8Array | undefined> {
  if (!(await folder.has(name))) return undefined;
  const file = await folder.open(name);
  try {
    if (file.size > maxBytes) throw new RangeError(`expected at most ${maxBytes} bytes, got ${file.size}`);
    return await file.read(0, file.size);
  } catch (error) {
    throw new Error(`${folder.description}/${name}: cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await file.close();
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
