/** A whole InternVL small enough for finite differences, and batches of texts for it. */
import * as tf from '@tensorflow/tfjs-core';

import type { InternVLConfig } from '../../src/contrastive/config.js';
import { internVLTiny } from '../../src/contrastive/presets.js';
import type { PaddedText, TrainingSample } from '../../src/text/training-sample.js';
import { imageStates } from '../../src/train/contrastive-forward.js';
import { initialValues } from '../../src/train/initial-values.js';
import { type TrainableInternVLG, trainableInternVLG } from '../../src/train/trainable.js';
import { seededValues } from '../backend/seeded-values.js';

export const tinyConfig: InternVLConfig = {
  ...internVLTiny,
  vision: {
    ...internVLTiny.vision,
    imageSize: 8,
    patchSize: 4,
    hiddenSize: 16,
    numHeads: 2,
    intermediateSize: 24,
    numLayers: 1,
  },
  qllama: {
    ...internVLTiny.qllama,
    vocabSize: 30,
    hiddenSize: 24,
    numHeads: 2,
    intermediateSize: 32,
    numLayers: 3,
    numQueries: 4,
    visionHiddenSize: 16,
  },
  clipEmbedDim: 10,
};

export function tinyTrainable(): Promise<TrainableInternVLG> {
  return trainableInternVLG(initialValues({ seed: 3, layerScale: 0.5, scale: 5 }), tinyConfig);
}

/** Three pictures. */
export const tinyPixels = (): tf.Tensor => seededValues([3, 8, 8, 3], 5);

/** Their tokens behind InternViT. */
export function tinyImage(trainable: TrainableInternVLG): tf.Tensor {
  return tf.tidy(() => imageStates(tinyConfig, trainable, tinyPixels()));
}

/** A text of `length` columns, `padId` behind its ids. */
export function padded(ids: readonly number[], length = ids.length, padId = 0): PaddedText {
  return {
    ids: Array.from({ length }, (_, i) => ids[i] ?? padId),
    mask: Array.from({ length }, (_, i) => (i < ids.length ? 1 : 0)),
  };
}

interface Prefixes {
  readonly summarize: readonly number[];
  readonly prompt: readonly number[];
  readonly length: number;
  readonly padId?: number;
}

/** Samples of captions (`<s>` … `</s>`), each with the next one's caption as its wrong one. */
export function samplesOf(captions: readonly (readonly number[])[], options: Prefixes): TrainingSample[] {
  const { summarize, prompt, length, padId } = options;
  const text = (ids: readonly number[]) => padded(ids, length, padId);
  return captions.map((caption, i) => {
    const words = caption.slice(1);
    const generate = [...prompt, ...words];
    return {
      positive: text(caption),
      negative: text(captions[(i + 1) % captions.length] ?? []),
      summarize: text([...summarize, ...words]),
      generate: text(generate),
      labels: Array.from({ length }, (_, t) => (t < prompt.length - 1 ? -100 : (generate[t] ?? -100))),
    };
  });
}

export const tinyPrefixes: Prefixes = { summarize: [1, 11, 12, 13], prompt: [1, 14, 15, 16], length: 9 };

export const tinySamples = samplesOf(
  [
    [1, 20, 21, 22, 2],
    [1, 23, 2],
    [1, 25, 26, 2],
  ],
  tinyPrefixes,
);
