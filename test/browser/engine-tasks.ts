/** What an engine is asked for in a browser and in Node: not one bit of the results may differ. */
import { type FloatDType, fromFloat32 } from '../../src/checkpoint/dtype.js';
import { Engine } from '../../src/simd/engine.js';
import type { EngineOptions } from '../../src/simd/engine-options.js';
import { EngineWeight } from '../../src/simd/engine-weight.js';
import { gemm } from '../../src/simd/gemm.js';
import { ops } from '../../src/simd/ops.js';
import { attend, randomArrays, shapeOf } from '../simd/attention-cases.js';
import { floatsAt, randomFloats, withArrays } from '../simd/heap-arrays.js';

/** No op has this number: its units trap. */
const trap = { op: 999, units: 100, fields: [] };
const nothing = { op: ops.nothing, units: 100, fields: [] };

const [m, n, k] = [70, 200, 333];
const shape = shapeOf(70, 90, 16, 2, 3);

let running: Engine | undefined;

function engine(): Engine {
  if (running === undefined) throw new Error('expected an engine, got none: it was not started');
  return running;
}

/** Starts the engine, and says what has become of it. */
export async function start(options: EngineOptions) {
  running = await Engine.start(options);
  await running.ready();
  const { threads, build, kernels } = running;
  return { threads, build, isShared: !(kernels.heap.memory.buffer instanceof ArrayBuffer) };
}

export const restart = async (): Promise<void> => {
  await engine().restart();
  await engine().ready();
};

export const dispose = (): Promise<void> => engine().dispose();

/** The bits of products with lent weights, and of attention. */
export async function compute() {
  const attention = bitsOf(attend(engine().kernels, shape, randomArrays(shape)));
  return { float32: await product('F32'), bfloat16: await product('BF16'), attention };
}

/** gelu(A·Wᵀ + bias), W being lent. */
async function product(kind: FloatDType): Promise<number[]> {
  const { kernels } = engine();
  const stored = fromFloat32(Float32Array.from(randomFloats(n * k, 1)), kind);
  const weight = await engine().lend([n, k], kind, async (bytes) => bytes.set(stored));
  if (!(weight instanceof EngineWeight)) throw new Error('expected a weight of the engine');
  const { address, stride } = weight;
  const arrays = [randomFloats(m * k, 2), randomFloats(n, 3), new Float32Array(m * n)];
  const bits = withArrays(kernels, arrays, (pA = 0, bias = 0, pC = 0) => {
    const a = { address: pA, stride: 4 * k };
    const b = { address, stride, kind, layout: 'nk' } as const;
    const c = { address: pC, stride: 4 * n };
    gemm(kernels, { m, n, k, a, b, c, bias, activation: 'gelu' });
    return bitsOf(floatsAt(kernels, pC, m * n));
  });
  weight.dispose();
  return bits;
}

export const bitsOf = ({ buffer, byteOffset, length }: Float32Array<ArrayBufferLike>): number[] => [
  ...new Int32Array(buffer, byteOffset, length),
];

/**
 * How often attention ran until thread 1 had written to its scratch memory, which was cleared before.
 *
 * @throws Error when it never does.
 */
export async function runsUntilThread1Works(): Promise<number> {
  const { kernels } = engine();
  const arrays = randomArrays(shape);
  attend(kernels, shape, arrays);
  const [, , scratch = 0, stride = 0] = kernels.words(kernels.control + 64, 4);
  const own = kernels.words(scratch + stride, stride / 4).fill(0);
  for (let run = 1; run <= 1000; run++) {
    attend(kernels, shape, arrays);
    if (own.some((word) => word !== 0)) return run;
  }
  throw new Error('expected thread 1 to take part, got 1000 runs without it');
}

export const runNothing = async (): Promise<void> => engine().kernels.run(nothing);
export const runTrap = async (): Promise<void> => engine().kernels.run(trap);

/** Hands a job that traps to thread 1 alone, and leaves it the time to do so. */
export async function trapThread1(): Promise<void> {
  const { kernels } = engine();
  const words = new Int32Array(kernels.heap.memory.buffer);
  words.set([trap.op, trap.units], (kernels.control + 64) / 4);
  const mail = (kernels.control + 1024 + 64) / 4;
  Atomics.add(words, mail, 1);
  Atomics.notify(words, mail);
  await new Promise((resolve) => setTimeout(resolve, 50));
}
