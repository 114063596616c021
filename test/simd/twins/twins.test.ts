/** Every operation both ways: its twin against its composed form, results and gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { relativeL2 } from '../../nn/relative-l2.js';
import { bothWays, inputsOf, resultAndGradients } from './both-ways.js';
import { largeCases, smallCases } from './twin-cases.js';

test.each([...smallCases, ...largeCases])(
  '$kernel $what: result and gradients are those of the composed form',
  (given) => {
    expect(() =>
      tf.tidy(() => {
        const inputs = inputsOf(given);
        const { fused, composed } = bothWays(given, () => resultAndGradients(given, inputs));
        expect(fused.map(({ shape }) => shape)).toEqual(composed.map(({ shape }) => shape));
        fused.forEach((tensor, i) => {
          expect(relativeL2(tensor, composed[i] ?? [])).toBeLessThan(3e-6);
        });
      }),
    ).toKeep(0);
  },
);
