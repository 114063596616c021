/** onnxruntime's attention, in the layout that suits it: [H, T, D]. */
import type { Prepared } from '../contestant/sampler.js';
import { attentionModel } from '../onnx/attention.js';
import { type AttentionSettings, attentionFlops, headValues } from './attention-shape.js';
import { type OnnxSettings, onnxModel } from './onnx-session.js';

const REPEATS = 3;

export async function prepare(settings: AttentionSettings & OnnxSettings): Promise<Prepared> {
  const { heads, tokens, headDim } = settings;
  const input = (name: string) => ({ values: headValues(name, settings), shape: [heads, tokens, headDim] });
  const inputs = { q: input('q'), k: input('k'), v: input('v') };
  const model = await onnxModel(settings, attentionModel(heads, tokens, headDim), inputs);
  const run = { run: model.run, repeats: REPEATS, work: attentionFlops(settings) };
  return { samplers: { run }, outputs: { run: await model.output() } };
}
