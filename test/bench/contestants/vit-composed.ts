/** Our InternViT in its composed form: float32 tensors and the kernels of tfjs-backend-wasm, which has one thread. */
import { startBackend } from '../../../src/backend/start.js';
import { Scope } from '../../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../../src/checkpoint/synthetic-weights.js';
import { withoutTwins } from '../../../src/nn/twin.js';
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

export async function prepare({ batch }: VitSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const params = await readInternVit(new Scope(syntheticWeights(VIT_SEED)), vitB16);
  const pixels = pixelTensor(vitB16, pictures(vitB16, batch));
  const run = () => withoutTwins(() => statesOf(vitB16, params, pixels));
  return { samplers: { run: { run, warmUps: vitWarmUps(batch) } }, outputs: { run: await run() } };
}
