/** onnxruntime in one of its two forms: compiled to WebAssembly, or native. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';

export interface OnnxSettings {
  readonly threads: number;
  /** The folder that `onnxruntime-node` is installed in; without it `onnxruntime-web` is used. */
  readonly native?: string;
}

/** Runs a model on the inputs given and returns its first output. */
export interface OnnxModel {
  run(): Promise<void>;
  output(): Promise<Float32Array>;
}

export interface OnnxInput {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Constants that lie outside of a model. */
export interface Outside {
  readonly path: string;
  readonly data: Uint8Array;
}

interface OnnxRuntime {
  readonly create: (model: Uint8Array, outside?: readonly Outside[]) => Promise<InferenceSession>;
  readonly Tensor: TensorConstructor;
}

/** A session over `model`, with all of onnxruntime's optimisations, and its inputs by name. */
export async function onnxModel(
  settings: OnnxSettings,
  model: Uint8Array,
  inputs: Readonly<Record<string, OnnxInput>>,
): Promise<OnnxModel> {
  const { create, Tensor } = await runtimeOf(settings);
  const session = await create(model);
  const tensors = Object.entries(inputs).map(([name, { values, shape }]) => [
    name,
    new Tensor('float32', values, shape),
  ]);
  const feeds: Record<string, Tensor> = Object.fromEntries(tensors);
  const [first = ''] = session.outputNames;
  return {
    run: async () => void (await session.run(feeds)),
    output: async () => ((await session.run(feeds))[first] as Tensor).data as Float32Array, // models are float32
  };
}

export async function runtimeOf({ threads, native }: OnnxSettings): Promise<OnnxRuntime> {
  if (native === undefined) {
    const { env, InferenceSession, Tensor } = await import('onnxruntime-web');
    env.wasm.numThreads = threads;
    env.logLevel = 'error';
    const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' } as const;
    const create = (model: Uint8Array, externalData: readonly Outside[] = []) =>
      InferenceSession.create(model, { ...options, externalData });
    return { create, Tensor };
  }
  const { InferenceSession, Tensor } = createRequire(join(native, 'index.js'))('onnxruntime-node');
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' };
  return { create: (model) => InferenceSession.create(model, options), Tensor };
}
