/**
 * Settings of a stage-1 run from a JSON file: what it names replaces the preset's, what it leaves out stays.
 */
import { readFile } from 'node:fs/promises';

import * as v from 'valibot';

import type { Stage1Config } from './config.js';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const Settings = v.partial(
  v.strictObject({
    seed: count,
    steps: v.pipe(count, v.minValue(1)),
    batchSize: v.pipe(count, v.minValue(2)),
    ranks: v.pipe(count, v.minValue(1)),
    imageLearningRate: positive,
    textLearningRate: positive,
    weightDecay: v.pipe(v.number(), v.minValue(0)),
    betas: v.tuple([share, share]),
    warmupSteps: count,
    finalLearningRate: share,
    clipNorm: positive,
    initialScale: positive,
    dropTokens: share,
    fullTokensFrom: share,
    dropPathRate: share,
    styleRamp: share,
    styleShare: share,
    languagesFrom: share,
    languageShare: share,
    templateShare: share,
  }),
);

/**
 * @throws Error naming file and setting when the file is no JSON object or a setting is unknown or out of
 * range.
 */
export async function readStage1Config(path: string, preset: Stage1Config): Promise<Stage1Config> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Settings), await readFile(path, 'utf8'));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const key = v.getDotPath(issue);
    throw new Error(`${path}: ${key ? `${key}: ` : ''}${issue.message}`);
  }
  return { ...preset, ...(parsed.output as Partial<Stage1Config>) }; // absent settings are absent, not undefined
}
