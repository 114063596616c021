/** The same model in onnxruntime. */
import { syntheticWeights } from '../../../src/checkpoint/synthetic-weights.js';
import type { Prepared } from '../contestant/sampler.js';
import { internVitModel } from '../onnx/internvit.js';
import { type OnnxSettings, onnxModel } from './onnx-session.js';
import { pictures, VIT_SEED, type VitSettings, vitB16, vitWarmUps } from './vit-b16.js';

export async function prepare(settings: VitSettings & OnnxSettings): Promise<Prepared> {
  const { batch } = settings;
  const { imageSize, numChannels } = vitB16;
  const shape = [batch, numChannels, imageSize, imageSize];
  const bytes = await internVitModel(vitB16, syntheticWeights(VIT_SEED));
  const model = await onnxModel(settings, bytes, { pixels: { values: pictures(vitB16, batch), shape } });
  return {
    samplers: { run: { run: model.run, warmUps: vitWarmUps(batch) } },
    outputs: { run: await model.output() },
  };
}
