/** Which files of a folder make a model: configuration, tokenizer, weights whole or in shards. */
import { checkFileName } from './file-name.js';

/** A folder on a server or in the cache, as far as one can look for a model in it. */
export interface FileFinder {
  /** For messages. */
  readonly description: string;
  has(file: string): Promise<boolean>;
  text(file: string): Promise<string>;
}

export interface WantedFiles {
  readonly found: readonly string[];
  /** Files without which the model cannot run. */
  readonly missing: readonly string[];
  readonly hasTokenizer: boolean;
}

/** Fetched where they exist. */
const optionalFiles = ['preprocessor_config.json', 'generation_config.json', 'zero_shot.json'];

/** The first that exists is taken, as `checkpoint/open-folder.ts` does. */
const weightFiles = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

/**
 * Looks for the files of a model below `subfolder` (`''`: the folder itself).
 *
 * @throws Error for an index that is malformed or names files outside of the folder.
 */
export async function wantedFiles(folder: FileFinder, subfolder: string): Promise<WantedFiles> {
  const at = (file: string) => (subfolder === '' ? file : `${subfolder}/${file}`);
  const present = async (files: readonly string[]) => {
    const names = files.map(at);
    const has = await Promise.all(names.map((name) => folder.has(name)));
    return names.filter((_, i) => has[i]);
  };
  const config = await present(['config.json']);
  if (config.length === 0) return { found: [], missing: [at('config.json')], hasTokenizer: false };

  const tokenizer = await findTokenizer(present);
  const weights = await findWeights(folder, at);
  const optional = await present(optionalFiles);
  return {
    found: [...config, ...tokenizer, ...optional, ...weights.found],
    missing: weights.missing,
    hasTokenizer: tokenizer.length > 0,
  };
}

type Present = (files: readonly string[]) => Promise<string[]>;

/** `tokenizer.json` only where there is no `tokenizer.model`. */
async function findTokenizer(present: Present): Promise<string[]> {
  const model = await present(['tokenizer.model']);
  return model.length > 0 ? model : present(['tokenizer.json', 'tokenizer_config.json']);
}

async function findWeights(
  folder: FileFinder,
  at: (file: string) => string,
): Promise<{ found: string[]; missing: string[] }> {
  for (const file of weightFiles.map(at)) {
    if (!(await folder.has(file))) continue;
    if (!file.endsWith('.index.json')) return { found: [file], missing: [] };
    const shards = shardsOf(await folder.text(file), `${folder.description}: ${file}`).map(at);
    const has = await Promise.all(shards.map((shard) => folder.has(shard)));
    return { found: [file, ...shards.filter((_, i) => has[i])], missing: shards.filter((_, i) => !has[i]) };
  }
  return { found: [], missing: [at('model.safetensors')] };
}

/** The files that an index `{"weight_map": {"tensor": "file"}}` names, each once. */
function shardsOf(json: string, from: string): string[] {
  let map: unknown;
  try {
    map = (JSON.parse(json) as { weight_map?: unknown } | null)?.weight_map;
  } catch (error) {
    throw new TypeError(`${from}: expected JSON, got ${(error as Error).message}`);
  }
  if (typeof map !== 'object' || map === null) {
    throw new TypeError(`${from}: expected a "weight_map" of tensors and files, got none`);
  }
  const files = Object.values(map).map((file: unknown) => {
    if (typeof file !== 'string') throw new TypeError(`${from}: expected the name of a file, got ${file}`);
    return checkFileName(file, from);
  });
  return [...new Set(files)];
}
