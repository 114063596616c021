/** onnxruntime's matrix product with constant float32 weights, which it packs before the first run. */
import { transpose } from '../../../src/checkpoint/transpose.js';
import type { Prepared } from '../contestant/sampler.js';
import { matmulModel } from '../onnx/matmul.js';
import type { MatmulSettings } from './matmul-shape.js';
import { type OnnxSettings, onnxModel } from './onnx-session.js';
import { valuesOf } from './values.js';

/** A single row takes a few milliseconds. */
const ROW_REPEATS = 10;

export async function prepare(settings: MatmulSettings & OnnxSettings): Promise<Prepared> {
  const { m, k, n } = settings;
  const weights = transpose(valuesOf('weights', n * k), n, k);
  const x = { values: valuesOf('x', m * k), shape: [m, k] };
  const model = await onnxModel(settings, matmulModel(weights, k, n), { x });
  return {
    samplers: { run: { run: model.run, repeats: m === 1 ? ROW_REPEATS : 1, work: 2 * m * k * n } },
    outputs: { run: await model.output() },
  };
}
