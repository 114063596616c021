/**
 * `zero_shot.json` beside the weights: the words that a small model knows, and the sentences it learnt them
 * in.
 */
import { type Folder, readText } from '../checkpoint/folder.js';
import { parseJson } from './lists.js';
import { checkTemplates } from './templates.js';
import { checkLabels } from './zero-shot.js';

export const ZERO_SHOT_FILE = 'zero_shot.json';

export interface ZeroShotFile {
  readonly templates: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Reads `{ "templates": […], "labels": […] }`; undefined when the model has no such file.
 *
 * @throws Error naming the file when it holds something else.
 */
export async function readZeroShotFile(folder: Folder): Promise<ZeroShotFile | undefined> {
  if (!(await folder.has(ZERO_SHOT_FILE))) return undefined;
  const where = `${folder.description}: ${ZERO_SHOT_FILE}`;
  const value = parseJson(await readText(folder, ZERO_SHOT_FILE), where);
  const { templates, labels } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<ZeroShotFile>;
  if (!isStrings(templates) || !isStrings(labels)) {
    throw new Error(`${where}: expected { "templates": [strings], "labels": [strings] }`);
  }
  checkTemplates(templates);
  checkLabels(labels);
  return { templates, labels };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
