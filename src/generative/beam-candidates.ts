/** The continuations that a beam search chooses from: the best of all tokens after all beams of a sample. */
import { logSumExp } from './log-softmax.js';
import { TopK } from './top-k.js';

/** Unfinished text of a sample. */
export interface Beam {
  readonly ids: readonly number[];
  readonly sumLogProbs: number;
  /** Its row in the decoder. */
  readonly row: number;
}

export interface BeamCandidate {
  /** The beam it continues. */
  readonly beam: Beam;
  readonly token: number;
  /** Of the beam and the token. */
  readonly sumLogProbs: number;
}

/**
 * The best `count` by Σ log p, best first; of equal sums, the earlier beam, then the lower token.
 *
 * `banned` (−1: none) is left out, but its probability is not given to the others: log-softmax comes first.
 */
export function beamCandidates(
  beams: readonly Beam[],
  logits: readonly Float32Array[],
  count: number,
  banned: number,
): BeamCandidate[] {
  const best = new TopK(count);
  const vocabSize = logits[0]?.length ?? 0;
  for (const [i, beam] of beams.entries()) {
    const row = logits[beam.row] as Float32Array; // the decoder has a row for each beam
    const offset = beam.sumLogProbs - logSumExp(row);
    for (let token = 0; token < vocabSize; token++) {
      if (token !== banned) best.offer(offset + (row[token] as number), i * vocabSize + token);
    }
  }
  return best.sorted().map(({ index, score }) => ({
    beam: beams[Math.floor(index / vocabSize)] as Beam, // index = place of the beam · V + token
    token: index % vocabSize,
    sumLogProbs: score,
  }));
}
