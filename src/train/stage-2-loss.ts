/**
 * Stage 2: matching, contrast and generation, with equal weights.
 *
 * Paper: §3.3, L = L_ITC + L_ITM + L_ITG (as BLIP-2).   Official code: `forward` of `internvl_stage2`.
 * A caption is empty when nothing stands between `<s>` and `</s>`; the official code asks for the contrastive loss
 * whether `summarize:` + caption has 5 tokens, which with its tokenizer is the same. Of a batch of one the official
 * code takes the right caption and labels it wrong; here it takes the wrong one.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { InternVLConfig } from '../contrastive/config.js';
import type { Tensor } from '../nn/tensor.js';
import { contrastiveMask, generationMask, matchingMask } from '../qllama/masks.js';
import { ignoredLabel, type PaddedText, type TrainingSample } from '../text/training-sample.js';
import { contrastiveLoss, pairTargets } from './contrastive-loss.js';
import { generationLoss } from './generation-loss.js';
import { matchingLoss, otherImage, sameImage } from './matching-loss.js';
import { contrastiveEmbeddings, realLength, type TaskStates, taskStates } from './stage-2-forward.js';
import type { TrainableInternVLG } from './trainable.js';

/** What the losses look at, from one pass over all tasks. */
export type Stage2Outputs = {
  /** The queries beside captions of which the first half belong to other images. */
  readonly matching: Tensor<'B Q C'>;
  readonly images: Tensor<'B E'>;
  readonly texts: Tensor<'B E'>;
  /** The states of prompt and caption. */
  readonly generation: Tensor<'B T C'>;
};

export type Stage2Losses = {
  readonly matching: tf.Scalar;
  readonly contrastive: tf.Scalar;
  readonly generation: tf.Scalar;
  /** Their sum. */
  readonly total: tf.Scalar;
};

/** The forward of stage 2 over InternViT's tokens [B, N, C] and a sample for each image. */
export function stage2Outputs(
  config: InternVLConfig,
  trainable: TrainableInternVLG,
  image: Tensor<'B N C'>,
  samples: readonly TrainingSample[],
): Stage2Outputs {
  return tf.tidy(() => {
    const tokens: tf.Tensor = image; // as wide as QLLaMA expects them, under another name
    const summaries = samples.map(({ summarize }) => summarize);
    const [matching, contrastive, generation] = taskStates(config, trainable, tokens, [
      { texts: matchedPairs(samples).map(({ text }) => text), mask: matchingMask },
      { texts: summaries, mask: contrastiveMask },
      { texts: samples.map(({ generate }) => generate), mask: generationMask },
    ]) as [TaskStates, TaskStates, TaskStates]; // one for each task
    const embeddings = contrastiveEmbeddings(config, trainable.model, contrastive, summaries);
    return { matching: matching.queries, ...embeddings, generation: generation.text };
  });
}

/** The three losses of the outputs, and their sum. @throws RangeError when all captions of a loss are empty. */
export function stage2Losses(
  { labelSmoothing }: InternVLConfig,
  { model, languageHead }: TrainableInternVLG,
  outputs: Stage2Outputs,
  samples: readonly TrainingSample[],
): Stage2Losses {
  return tf.tidy(() => {
    const { images, texts } = outputs;
    const targets = pairTargets(
      samples.map(({ positive }) => !isEmpty(positive)),
      labelSmoothing,
    );
    const labels = matchedPairs(samples).map(({ text, label }) => (isEmpty(text) ? ignoredLabel : label));
    const losses = {
      matching: matchingLoss(model.itmHead, outputs.matching, labels),
      contrastive: contrastiveLoss(images, texts, model.logitScale, targets),
      generation: generationLoss(
        languageHead,
        outputs.generation,
        samples.map((sample) => sample.labels),
      ),
    };
    return { ...losses, total: tf.addN(Object.values(losses)) as tf.Scalar }; // of scalars
  });
}

/** The first B − ⌊B/2⌋ images beside another image's caption, the others beside their own. */
function matchedPairs(samples: readonly TrainingSample[]): { text: PaddedText; label: number }[] {
  const others = samples.length - Math.floor(samples.length / 2);
  return samples.map(({ negative, positive }, row) =>
    row < others ? { text: negative, label: otherImage } : { text: positive, label: sameImage },
  );
}

/** `<s>` and `</s>` alone. */
const isEmpty = (text: PaddedText): boolean => realLength(text) === 2;
