/**
 * Starts tfjs once per process: the backend, its WebAssembly files, and nothing left behind in the process.
 */
import * as tf from '@tensorflow/tfjs-core';

import { registerGradients } from './gradients.js';
import { withoutProcessHandlers } from './process-handlers.js';
import { registerSliceKernels } from './slice-kernels.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';
import { wasmFolder } from './wasm-folder.js';

/** Where the mathematics runs: WebAssembly SIMD (the default) or plain JavaScript (slow; to compare with). */
export type Device = 'wasm' | 'cpu';

export interface BackendOptions {
  readonly device?: Device;
  /**
   * Folder or URL of the tfjs `.wasm` files, ending in `/`; found beside the installed package when left out.
   */
  readonly wasmPaths?: string;
}

let starting: { device: Device; ready: Promise<void> } | undefined;

/**
 * Selects the backend of this process, once. A second call with the same device waits for the first.
 *
 * @throws TypeError for an unknown device, Error when the backend cannot start or another one runs already.
 */
export function startBackend(options: BackendOptions = {}): Promise<void> {
  const device = options.device ?? 'wasm';
  if (device !== 'wasm' && device !== 'cpu') {
    return Promise.reject(new TypeError(`expected device wasm or cpu, got ${String(device)}`));
  }
  if (starting?.device === device) return starting.ready;
  if (starting !== undefined) {
    const running = `this process computes on ${starting.device}: its tensors cannot move`;
    return Promise.reject(new Error(`${running}; use ${device} in another process`));
  }
  const ready = device === 'wasm' ? startWasm(options.wasmPaths) : startCpu();
  starting = { device, ready };
  ready.catch(() => {
    starting = undefined;
  });
  return ready;
}

async function startWasm(wasmPaths: string | undefined): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(wasmPaths ?? wasmFolder());
  registerUnsortedSegmentSum();
  registerSliceKernels();
  await withoutProcessHandlers(() => select('wasm'));
}

async function startCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  tf.env().set('PROD', true); // no banner on stderr
  await select('cpu');
}

async function select(device: Device): Promise<void> {
  registerGradients();
  if (!(await tf.setBackend(device))) throw new Error(`the tfjs backend ${device} did not start`);
  await tf.ready();
}
