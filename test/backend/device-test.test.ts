import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';

import { DeviceError } from '../../src/backend/device-error.js';
import { testDevice } from '../../src/backend/device-test.js';

const originals: tf.KernelConfig[] = [];

/** Lets a kernel answer with zeros, as a graphics device does that cannot hold an array. */
function breakKernel(kernelName: string): void {
  const original = tf.getKernel(kernelName, 'wasm');
  originals.push(original);
  tf.unregisterKernel(kernelName, 'wasm');
  const kernelFunc: tf.KernelFunc = (args) => {
    const { shape, dtype } = original.kernelFunc(args) as tf.TensorInfo;
    return tf.zeros(shape, dtype);
  };
  tf.registerKernel({ ...original, kernelFunc });
}

afterEach(() => {
  for (const original of originals.splice(0)) {
    tf.unregisterKernel(original.kernelName, 'wasm');
    tf.registerKernel(original);
  }
});

describe('the self test of a device', () => {
  test('passes on a backend that computes, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const { cases, worst } = await testDevice('wasm');
    expect(cases).toHaveLength(3);
    expect(worst).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    [tf.BatchMatMul, 'product'],
    [tf.Softmax, 'softmax'],
    [tf.GatherV2, 'gather'],
  ])('refuses a device whose %s answers with zeros', async (kernel, name) => {
    breakKernel(kernel);
    const refused = expect(testDevice('webgpu')).rejects;
    await refused.toThrow(DeviceError);
    await expect(testDevice('webgpu')).rejects.toThrow(
      new RegExp(`webgpu: ${name}.*expected .*, got 0, 0, 0, .*use wasm`),
    );
  });
});
