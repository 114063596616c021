import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

test('a clone shares the data of its tensor and outlives it', () => {
  const x = tf.tensor1d([1, 2, 3]);
  const [first, second] = [x.clone(), x.clone()];
  expect([first.dataId, second.dataId]).toEqual([x.dataId, x.dataId]);
  x.dispose();
  first.dispose();
  expect([...second.dataSync()]).toEqual([1, 2, 3]);
  expect([...tf.add(second, 1).dataSync()]).toEqual([2, 3, 4]);
  second.dispose();
  expect(() => second.dataSync()).toThrow('disposed');
});

test('memory of cloned tensors comes back, a gigabyte and more of it', () => {
  for (let i = 0; i < 400; i++) {
    tf.tidy(() => {
      const x = tf.zeros([1000, 1000]);
      return tf.add(x.clone(), x.clone());
    }).dispose();
  }
  expect(tf.memory().numTensors).toBeLessThan(20);
});

test('a variable that is assigned leaves its clones as they were', () => {
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const kept = variable.clone();
  variable.assign(tf.tensor1d([3, 4]));
  expect([...kept.dataSync()]).toEqual([1, 2]);
  tf.dispose([variable, kept]);
});
