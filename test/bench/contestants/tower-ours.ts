/** All 48 blocks of InternViT-6B on one picture's tokens, streamed from shards. */
import { internVit6B } from '../../../src/vision/config.js';
import { runVisionBlocks } from '../../../src/vision/internvit.js';
import type { Prepared } from '../contestant/sampler.js';
import { type Block6BSettings, blocks6B, startedEngine, tokens6B } from './block-6b.js';

/** Enough for the kernels to be compiled to their best. */
const WARM_UP_BLOCKS = 2;

export async function prepare(settings: Block6BSettings): Promise<Prepared> {
  const engine = await startedEngine(settings);
  const run = async (length: number) => {
    const blocks = await blocks6B(engine, settings, length);
    const tokens = tokens6B();
    const states = await runVisionBlocks(internVit6B, blocks, tokens);
    if (!(await states.data()).every(Number.isFinite)) throw new Error('expected finite states');
    tokens.dispose();
    states.dispose();
  };
  await run(WARM_UP_BLOCKS);
  return { samplers: { all: { run: () => run(internVit6B.numLayers), warmUps: 0 } } };
}
