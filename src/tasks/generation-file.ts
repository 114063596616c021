/** `generation_config.json` beside the weights: how the model's captions are searched for, when nobody says. */
import { type Folder, readJson } from '../checkpoint/folder.js';
import { generationSettings } from '../generative/generation-options.js';
import { type CaptionSearch, officialSearch } from './caption-options.js';

const GENERATION_FILE = 'generation_config.json';

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
 * @throws Error naming the file when a setting is no number or out of its range.
 */
export async function readGenerationFile(folder: Folder): Promise<CaptionSearch> {
  if (!(await folder.has(GENERATION_FILE))) return {};
  const value = await readJson(folder, GENERATION_FILE);
  const where = `${folder.description}/${GENERATION_FILE}`;
  if (typeof value !== 'object' || value === null) throw new Error(`${where}: expected an object`);
  const settings = value as Readonly<Record<string, unknown>>;
  const stated = Object.entries(names).filter(([name]) => (settings[name] ?? undefined) !== undefined);
  for (const [name] of stated) {
    if (typeof settings[name] === 'number') continue;
    throw new Error(`${where}: ${name}: expected a number, got ${JSON.stringify(settings[name])}`);
  }
  const search: CaptionSearch = Object.fromEntries(stated.map(([name, ours]) => [ours, settings[name]]));
  try {
    generationSettings({ ...officialSearch, minNewTokens: 0, ...search });
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
  return search;
}
