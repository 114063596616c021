/**
 * tfjs's WebGPU backend, loaded when it is asked for: over `navigator.gpu` in a browser, over the package `webgpu`
 * (Dawn) in Node. It has no twins: every operation runs in its composed form.
 */
import * as tf from '@tensorflow/tfjs-core';

import { isNode } from '../simd/platform.js';
import { DeviceError } from './device-error.js';

/** Optional: who computes on wasm installs neither. */
const PACKAGES = { backend: '@tensorflow/tfjs-backend-webgpu', dawn: 'webgpu' } as const;
const INSTALL = `npm install ${PACKAGES.backend}@4.22.0 ${PACKAGES.dawn}`;

/** What is known of the device that computes. */
export interface GpuDescription {
  /** Vendor, architecture and name, as far as the driver tells. */
  readonly adapter: string;
  /** Whether it is a processor that plays a graphics device. */
  readonly isFallback: boolean;
  /** Bytes of the largest array that an operation can read. */
  readonly bindingBytes: number;
  readonly bufferBytes: number;
  readonly features: readonly string[];
}

let description: GpuDescription | undefined;
let failure: DeviceError | undefined;

/** Registers the backend with tfjs. @throws DeviceError without a package, WebGPU or a graphics adapter. */
export async function registerWebGpu(): Promise<void> {
  if (!hasGpu()) await provideGpu(); // before the backend is imported: it looks once
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new DeviceError('webgpu: expected a graphics adapter, got none: install its driver, or use wasm');
  }
  description = describe(adapter);
  await load(PACKAGES.backend, () => import('@tensorflow/tfjs-backend-webgpu'));
}

/** What computes, once it does; undefined on other devices. */
export const runningGpu = (): GpuDescription | undefined => description;

/** Keeps what goes wrong on the device from now on, which tfjs does not tell: it would read zeros. */
export function watchDevice(): void {
  const { device } = tf.backend() as unknown as { device: GPUDevice }; // tfjs's `WebGPUBackend`
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new DeviceError(`webgpu: ${error.message.trim()}`);
  });
  void device.lost.then(({ reason, message }) => {
    const why = message.trim() || reason || 'unknown';
    failure = new DeviceError(
      `webgpu: the device was lost (${why}): load the model in a new process or page`,
    );
  });
}

/** @throws DeviceError when something has gone wrong on the device: no number since is to be trusted. */
export function checkDevice(): void {
  if (failure !== undefined) throw failure;
}

const hasGpu = (): boolean => typeof navigator === 'object' && 'gpu' in navigator && Boolean(navigator.gpu);

/** Puts Dawn where a browser has WebGPU. */
async function provideGpu(): Promise<void> {
  if (!isNode) {
    throw new DeviceError('webgpu: expected a browser with WebGPU on a secure address, got none: use wasm');
  }
  const { create, globals } = await load(PACKAGES.dawn, () => import('webgpu'));
  Object.assign(globalThis, globals);
  if (typeof navigator === 'undefined') {
    Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node' }, configurable: true });
  }
  Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
}

/** @throws DeviceError saying what to install. */
async function load<T>(name: string, importing: () => Promise<T>): Promise<T> {
  try {
    return await importing();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const got = code === 'ERR_MODULE_NOT_FOUND' ? 'none' : message;
    throw new DeviceError(`webgpu: expected the optional package ${name}, got ${got}: ${INSTALL}`);
  }
}

function describe({ info, limits, features }: GPUAdapter): GpuDescription {
  const { vendor, architecture, device, description: text, isFallbackAdapter } = info;
  const words = [...new Set([vendor, architecture, device, text].filter((word) => word !== ''))];
  return {
    adapter: words.join(' ') || 'unnamed',
    isFallback: isFallbackAdapter,
    bindingBytes: limits.maxStorageBufferBindingSize,
    bufferBytes: limits.maxBufferSize,
    features: [...features].sort(),
  };
}
