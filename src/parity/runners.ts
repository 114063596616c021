/** Which file checks which module of the reference. A module without a line here is not implemented yet. */
import { attentionPoolRunner } from './modules/attention-pool.js';
import { internVitRunner } from './modules/internvit.js';
import { internVLCRunner, internVLGRunner } from './modules/internvl.js';
import { itmRunner } from './modules/itm.js';
import { llamaGenerateRunner, llamaLogitsRunner } from './modules/llama.js';
import { lossRetrievalRunner } from './modules/loss-retrieval.js';
import { lossStage1Runner } from './modules/loss-stage1.js';
import { lossStage2Runner } from './modules/loss-stage2.js';
import { adamWRunner, sgdRunner } from './modules/optimizer.js';
import { optimizerGroupsRunner } from './modules/optimizer-groups.js';
import { posEmbedResizeRunner } from './modules/pos-embed-resize.js';
import { preprocessRunner } from './modules/preprocess.js';
import { qllamaGenerateRunner } from './modules/qllama-generate.js';
import { qllamaImageRunner } from './modules/qllama-image.js';
import { qllamaTextRunner } from './modules/qllama-text.js';
import { scheduleRunner } from './modules/schedule.js';
import { syntheticWeightsRunner } from './modules/synthetic-weights.js';
import { tokenizeRunner } from './modules/tokenize.js';
import type { ModuleRunner } from './runner.js';

export const moduleRunners: ReadonlyMap<string, ModuleRunner> = new Map([
  ['attention-pool', attentionPoolRunner],
  ['internvit', internVitRunner],
  ['internvl-c', internVLCRunner],
  ['internvl-g', internVLGRunner],
  ['itm', itmRunner],
  ['llama.beam', llamaGenerateRunner],
  ['llama.generate', llamaGenerateRunner],
  ['llama.logits', llamaLogitsRunner],
  ['loss.retrieval', lossRetrievalRunner],
  ['loss.stage1', lossStage1Runner],
  ['loss.stage2', lossStage2Runner],
  ['optimizer.adamw', adamWRunner],
  ['optimizer.groups', optimizerGroupsRunner],
  ['optimizer.sgd', sgdRunner],
  ['pos-embed-resize', posEmbedResizeRunner],
  ['preprocess', preprocessRunner],
  ['qllama.generate', qllamaGenerateRunner],
  ['qllama.image', qllamaImageRunner],
  ['qllama.text', qllamaTextRunner],
  ['schedule', scheduleRunner],
  ['synthetic-weights', syntheticWeightsRunner],
  ['tokenize', tokenizeRunner],
]);
