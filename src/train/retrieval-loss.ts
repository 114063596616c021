/**
 * Fine-tuning for retrieval: matching and contrast, the latter for the pooled queries and for InternViT's pooled
 * tokens alike. There is no generation.
 *
 * Paper: §4.3 and appendix (retrieval fine-tuning).   Official code: `forward` of `internvl_stage2_retrieval`.
 * Every image is matched with another's caption and with its own; labels are not smoothed, and no caption is left
 * out.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attentionPool } from '../contrastive/attention-pool.js';
import type { InternVLConfig } from '../contrastive/config.js';
import type { Tensor } from '../nn/tensor.js';
import { contrastiveMask, matchingMask } from '../qllama/masks.js';
import type { TrainingSample } from '../text/training-sample.js';
import { contrastiveLoss, sameImageTargets } from './contrastive-loss.js';
import { matchingLoss, otherImage, sameImage } from './matching-loss.js';
import { contrastiveEmbeddings, type TaskStates, taskStates } from './stage-2-forward.js';
import type { TrainableInternVLG } from './trainable.js';

export interface RetrievalSample extends Pick<TrainingSample, 'positive' | 'negative' | 'summarize'> {
  /** Equal for two captions of one image. */
  readonly imageId: number;
}

/** What the losses look at, from one pass over all tasks. */
export type RetrievalOutputs = {
  /** The queries beside captions of other images, then those beside their own: [2B, Q, C]. */
  readonly matching: Tensor<'B Q C'>;
  readonly images: Tensor<'B E'>;
  /** InternViT's pooled tokens: the image embedding of InternVL-C. */
  readonly backbone: Tensor<'B E'>;
  readonly texts: Tensor<'B E'>;
};

export type RetrievalLosses = {
  readonly matching: tf.Scalar;
  readonly contrastive: tf.Scalar;
  /** Their sum. */
  readonly total: tf.Scalar;
};

/** The forward of retrieval fine-tuning over InternViT's tokens [B, N, C] and a sample for each image. */
export function retrievalOutputs(
  config: InternVLConfig,
  trainable: TrainableInternVLG,
  image: Tensor<'B N C'>,
  samples: readonly RetrievalSample[],
): RetrievalOutputs {
  return tf.tidy(() => {
    const tokens: tf.Tensor = image; // as wide as QLLaMA expects them, under another name
    const summaries = samples.map(({ summarize }) => summarize);
    const [others, own, contrastive] = taskStates(config, trainable, tokens, [
      { texts: samples.map(({ negative }) => negative), mask: matchingMask },
      { texts: samples.map(({ positive }) => positive), mask: matchingMask },
      { texts: summaries, mask: contrastiveMask },
    ]) as [TaskStates, TaskStates, TaskStates]; // one for each task
    return {
      matching: tf.concat([others.queries, own.queries] as tf.Tensor[]),
      backbone: attentionPool(trainable.model.clipProjector, tokens, config.attnPoolNumHeads),
      ...contrastiveEmbeddings(config, trainable.model, contrastive, summaries),
    };
  });
}

/**
 * The two losses of the outputs, and their sum. The contrastive one is that of (queries, text) plus that of
 * (InternViT, text), with targets that captions of one image share.
 */
export function retrievalLosses(
  { itmHead, logitScale }: TrainableInternVLG['model'],
  { matching, images, backbone, texts }: RetrievalOutputs,
  samples: readonly RetrievalSample[],
): RetrievalLosses {
  return tf.tidy(() => {
    const labels = [...samples.map(() => otherImage), ...samples.map(() => sameImage)];
    const targets = sameImageTargets(samples.map(({ imageId }) => imageId));
    const losses = {
      matching: matchingLoss(itmHead, matching, labels),
      contrastive: tf.add(
        contrastiveLoss(images, texts, logitScale, targets),
        contrastiveLoss(backbone, texts, logitScale, targets),
      ) as tf.Scalar, // of scalars
    };
    return { ...losses, total: tf.addN(Object.values(losses)) as tf.Scalar };
  });
}
