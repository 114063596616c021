/** The benchmark on EmojiWorld by its parts: the tasks of the paper's figure 2 that a model without a chat answers. */
import { captionRows } from './caption-benchmark.js';
import { classificationRows } from './classification-benchmark.js';
import type { BenchmarkModel, BenchmarkOptions, BenchmarkRow } from './emojiworld-benchmark.js';
import { retrievalRows } from './retrieval-benchmark.js';

type Part = (model: BenchmarkModel, options: BenchmarkOptions) => AsyncGenerator<BenchmarkRow>;

/** By the names of the command line, in the order of the paper's tables. */
export const benchmarkParts = {
  emojiworld: classificationRows,
  retrieval: retrievalRows,
  captions: captionRows,
} as const satisfies Readonly<Record<string, Part>>;

export type BenchmarkPart = keyof typeof benchmarkParts;
