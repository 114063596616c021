/** Our InternViT: bf16 weights lent by the engine, twins where there are some. */
import { runningEngine } from '../../../src/backend/engine.js';
import { startBackend } from '../../../src/backend/start.js';
import { Scope } from '../../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../../src/checkpoint/synthetic-weights.js';
import { readInternVit } from '../../../src/vision/weights.js';
import type { Prepared } from '../contestant/sampler.js';
import {
  pictures,
  pixelTensor,
  statesOf,
  VIT_SEED,
  type VitSettings,
  vitB16,
  vitWarmUps,
} from './vit-b16.js';

export async function prepare({ threads, batch, arithmetic }: VitSettings): Promise<Prepared> {
  await startBackend({ threads, arithmetic });
  const params = await readInternVit(
    new Scope(syntheticWeights(VIT_SEED), '', { lender: runningEngine() }),
    vitB16,
  );
  const pixels = pixelTensor(vitB16, pictures(vitB16, batch));
  const run = () => statesOf(vitB16, params, pixels);
  return { samplers: { run: { run, warmUps: vitWarmUps(batch) } }, outputs: { run: await run() } };
}
