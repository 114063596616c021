/** Settings of a run from a JSON file: what it names replaces the preset's, what it leaves out stays. */
import { readFile } from 'node:fs/promises';

import * as v from 'valibot';

import type { Stage1Config, Stage2Config, TrainingConfig } from './config.js';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));
const notNegative = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const common = {
  seed: count,
  steps: v.pipe(count, v.minValue(1)),
  batchSize: v.pipe(count, v.minValue(2)),
  ranks: v.pipe(count, v.minValue(1)),
  weightDecay: notNegative,
  betas: v.tuple([share, share]),
  warmupSteps: count,
  finalLearningRate: share,
  clipNorm: positive,
  initialScale: positive,
  maxScale: positive,
  styleRamp: share,
  styleShare: share,
  smallShare: share,
  scenesFrom: share,
  sceneShare: share,
  languagesFrom: share,
  languageShare: share,
  templateShare: share,
  keywordShare: share,
  sceneLanguageShare: share,
  memoryFrom: share,
  furtherTexts: count,
  noiseShare: share,
};

const imagePhase = v.strictObject({
  until: share,
  side: v.pipe(count, v.minValue(1)),
  dropTokens: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
});

const reachesTheEnd = (phases: v.InferOutput<typeof imagePhase>[]): boolean =>
  phases.at(-1)?.until === 1 &&
  phases.every(({ until }, i) => i === 0 || until > (phases[i - 1]?.until ?? 0));

const stages = {
  1: v.partial(
    v.strictObject({
      ...common,
      imageLearningRate: positive,
      textLearningRate: positive,
      imagePhases: v.pipe(
        v.array(imagePhase),
        v.check(reachesTheEnd, 'expected phases in order, the last until 1'),
      ),
      dropPathRate: share,
    }),
  ),
  2: v.partial(
    v.strictObject({
      ...common,
      learningRate: positive,
      languageLearningRate: notNegative,
      pictureRounds: v.pipe(count, v.minValue(1)),
      keptSteps: v.pipe(count, v.minValue(1)),
      nearMissShare: share,
    }),
  ),
} as const;

/**
 * @throws Error naming file and setting when the file is no JSON object or a setting is unknown or out of
 * range.
 */
export async function readTrainingConfig(
  path: string,
  preset: Stage1Config | Stage2Config,
): Promise<TrainingConfig> {
  const text = await readFile(path, 'utf8');
  const json = v.pipe(v.string(), v.parseJson());
  const parsed =
    preset.stage === 1
      ? v.safeParse(v.pipe(json, stages[1]), text)
      : v.safeParse(v.pipe(json, stages[2]), text);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const key = v.getDotPath(issue);
    throw new Error(`${path}: ${key ? `${key}: ` : ''}${issue.message}`);
  }
  return { ...preset, ...parsed.output } as TrainingConfig; // absent settings are absent, not undefined
}
