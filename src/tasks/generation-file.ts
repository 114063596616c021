/** `generation_config.json` beside the weights: how the model's captions are searched for, when nobody says. */
import { type Folder, readText } from '../checkpoint/folder.js';
import type { CaptionSearch } from './caption-options.js';
import { parseJson } from './lists.js';

export const GENERATION_FILE = 'generation_config.json';

/** The names of transformers, and ours. */
const names = {
  num_beams: 'numBeams',
  min_new_tokens: 'minNewTokens',
  max_new_tokens: 'maxNewTokens',
  length_penalty: 'lengthPenalty',
} as const;

/**
 * The settings of `names` that the file has; none when there is no file. Others (ids of tokens, versions) are of no
 * concern here.
 *
 * @throws Error naming the file and the setting that is no number.
 */
export async function readGenerationFile(folder: Folder): Promise<CaptionSearch> {
  if (!(await folder.has(GENERATION_FILE))) return {};
  const where = `${folder.description}: ${GENERATION_FILE}`;
  const value = parseJson(await readText(folder, GENERATION_FILE), where);
  if (typeof value !== 'object' || value === null) throw new Error(`${where}: expected an object`);
  const settings = value as Readonly<Record<string, unknown>>;
  const stated = Object.entries(names).filter(
    ([name]) => settings[name] !== undefined && settings[name] !== null,
  );
  return Object.fromEntries(
    stated.map(([name, ours]) => {
      const number = settings[name];
      if (typeof number !== 'number') {
        throw new Error(`${where}: ${name}: expected a number, got ${JSON.stringify(number)}`);
      }
      return [ours, number];
    }),
  );
}
