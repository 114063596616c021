/** The contrasts with the memory that join that of a batch: of its own pairs, and of further texts. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';
import { conceptEmbeddings, knownOf, type Memory, rememberedConcepts } from './concept-memory.js';
import type { Stage1Config, Stage2Config } from './config.js';
import { furtherTexts } from './further-texts.js';
import { hasConcepts, memoryContrast, textsWithMemory } from './memory-contrast.js';
import type { RankGroup } from './rank-group.js';
import { groupEmbeddings } from './text-groups.js';
import type { TrainableInternVLC } from './trainable.js';
import type { TrainingData } from './training-data.js';
import type { Subject } from './training-pair.js';

/** The embeddings of a batch, and what its pictures show. */
export interface Shown {
  readonly images: Tensor<'B E'>;
  readonly texts: Tensor<'B E'>;
  readonly scale: Tensor<''>;
  readonly subjects: readonly Subject[];
}

/** `memoryContrast` of the rows that show one remembered concept; 0 when there is none. */
export function rememberedContrast(
  memory: Memory,
  { images, texts, scale, subjects }: Shown,
  places: TrainingData['places'],
): tf.Scalar {
  const concepts = rememberedConcepts(memory, subjects, places);
  if (!hasConcepts(concepts)) return tf.scalar(0);
  return memoryContrast(images, texts, scale, conceptEmbeddings(memory), concepts);
}

/** What a step asks of a rank. */
export interface Work {
  readonly data: TrainingData;
  readonly step: number;
}

/** The contrast of the further texts with each memory's pictures: the mean over those of all ranks; 0 without any. */
export function furtherContrast(
  config: Stage1Config | Stage2Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  { data, step }: Work,
  memories: readonly Memory[] = [group],
): tf.Scalar {
  const further = furtherTexts(config, data, step, group.rank);
  if (further === undefined) return tf.scalar(0);
  const embedded = groupEmbeddings(config.model, trainable, further);
  const losses = memories.flatMap((memory) => {
    const concepts = knownOf(memory, further.concepts);
    if (!hasConcepts(concepts)) return [];
    return [textsWithMemory(embedded, trainable.model.logitScale, conceptEmbeddings(memory), concepts)];
  });
  return losses.length === 0 ? tf.scalar(0) : (tf.div(tf.addN(losses), group.ranks) as tf.Scalar); // of scalars
}
