/**
 * Starts tfjs once per process: the backend, its WebAssembly files, and nothing left behind in the process.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { EngineOptions } from '../simd/engine-options.js';
import { checkSimd } from '../simd/kernel-module.js';
import { testDevice } from './device-test.js';
import { startEngine } from './engine.js';
import { registerGradients } from './gradients.js';
import { registerIdentityKernel } from './identity-kernel.js';
import { withoutProcessHandlers } from './process-handlers.js';
import { wasmPlace } from './tfjs-wasm.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';
import { registerWebGpu, watchDevice } from './webgpu.js';

/** Where the mathematics runs: WebAssembly SIMD (the default), a GPU, or plain JavaScript (slow; to compare with). */
export const DEVICES = ['wasm', 'webgpu', 'cpu'] as const;
export type Device = (typeof DEVICES)[number];

/** The engine's options apply to `wasm`. */
export interface BackendOptions extends EngineOptions {
  /** `INTERNVL_DEVICE` when left out, else `wasm`. */
  readonly device?: Device | undefined;
  /**
   * Folder or URL of the tfjs `.wasm` files, ending in `/`; when left out, the installed package in Node, and in a
   * browser the file that the bundle has.
   */
  readonly wasmPaths?: string;
}

interface Start {
  readonly options: BackendOptions;
  readonly device: Device;
  readonly ready: Promise<void>;
}

let starting: Start | undefined;

const starters: Readonly<Record<Device, (options: BackendOptions) => Promise<void>>> = {
  wasm: startWasm,
  webgpu: startWebGpu,
  cpu: startCpu,
};

/**
 * Selects the backend of this process, once. A second call waits for the first; it may leave options out, but
 * not ask for others.
 *
 * @throws TypeError for an unknown device, Error when the backend cannot start or another one runs already.
 */
export function startBackend(options: BackendOptions = {}): Promise<void> {
  const device = options.device ?? deviceOfEnvironment() ?? 'wasm';
  if (!DEVICES.includes(device)) {
    return Promise.reject(new TypeError(`expected device ${DEVICES.join(', ')}, got ${String(device)}`));
  }
  if (starting !== undefined) {
    const refusal = differenceTo(starting, options);
    return refusal === undefined ? starting.ready : Promise.reject(new Error(refusal));
  }
  const ready = starters[device](options);
  starting = { device, options, ready };
  ready.catch(() => {
    starting = undefined;
  });
  return ready;
}

/** What a second start asks for that the first has not given, in words. */
function differenceTo({ device, options: started }: Start, asked: BackendOptions): string | undefined {
  if (asked.device !== undefined && asked.device !== device) {
    return `this process computes on ${device}: its tensors cannot move; use ${asked.device} in another process`;
  }
  const names = ['threads', 'arithmetic', 'deterministic', 'memoryLimit'] as const;
  const other = names.find((name) => asked[name] !== undefined && asked[name] !== started[name]);
  if (other === undefined) return undefined;
  return `the engine of this process runs with ${other} ${started[other] ?? 'left out'}, got ${asked[other]}`;
}

async function startWasm({ wasmPaths, ...engine }: BackendOptions): Promise<void> {
  checkSimd();
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const { paths, release } = await wasmPlace(wasmPaths);
  setWasmPaths(paths);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // that build shares its heap: kernels in place cannot
  registerUnsortedSegmentSum();
  registerIdentityKernel();
  await withoutProcessHandlers(() => select('wasm')).finally(release);
  await startEngine(engine);
}

/** Without an engine: weights stay in ordinary memory until they are used. */
async function startWebGpu(): Promise<void> {
  await registerWebGpu();
  await select('webgpu');
  watchDevice();
  await testDevice('webgpu');
}

async function startCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  tf.env().set('PROD', true); // no banner on stderr
  await select('cpu');
}

/** `INTERNVL_DEVICE`, if it is set: `startBackend` checks it as it does an option. */
function deviceOfEnvironment(): Device | undefined {
  const text = typeof process === 'undefined' ? undefined : process.env.INTERNVL_DEVICE;
  return text === '' ? undefined : (text as Device | undefined);
}

async function select(device: Device): Promise<void> {
  registerGradients();
  if (!(await tf.setBackend(device))) throw new Error(`the tfjs backend ${device} did not start`);
  await tf.ready();
}
