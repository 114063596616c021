/** What a training step does in the middle of a run of stage 1: the same work for every contestant. */
import { nanoStage1, type Stage1Config } from '../../../src/train/config.js';

/** Settings that come in during a run are there from the first step on. */
export const middleOfRun = {
  imagePhases: [{ until: 1, side: 32, dropTokens: 0.6 }], // as the preset begins; the composed form has room for no more
  styleRamp: 0,
  scenesFrom: 0,
  languagesFrom: 0,
  memoryFrom: 0,
} as const satisfies Partial<Stage1Config>;

export const trainingWork: Stage1Config = { ...nanoStage1, ...middleOfRun };
