/**
 * Beam search: the `numBeams` best unfinished texts of each sample go on together.
 *
 * Official code: `beam_search` and `BeamSearchScorer` of transformers 4.37. Unlike there, a sample that is done
 * leaves the decoder's batch; the result is the same.
 */
import { type Beam, beamCandidates } from './beam-candidates.js';
import { type BeamHypotheses, beamHypotheses } from './beam-hypotheses.js';
import type { Decoder } from './decoder.js';
import { DecoderRun } from './decoder-run.js';
import type { GenerationSettings } from './generation-options.js';
import type { Hypothesis } from './hypothesis.js';

/** The search of one sample. */
interface Search {
  readonly complete: BeamHypotheses;
  /** Best first. */
  beams: readonly Beam[];
  isDone: boolean;
}

/** For each sample its `numReturnSequences` best hypotheses, best first. */
export async function beamSearch<State>(
  decoder: Decoder<State>,
  settings: GenerationSettings,
): Promise<Hypothesis[][]> {
  const run = await DecoderRun.start(decoder, settings);
  try {
    const searches = run.logits.map((_, row) => newSearch(row, settings));
    let open = searches;
    for (let length = 1; ; length++) {
      for (const search of open) extend(search, run.logits, length, settings);
      open = open.filter(({ isDone }) => !isDone);
      if (open.length === 0 || length === settings.maxNewTokens) break;
      await advance(run, open, length);
    }
    return searches.map((search) => result(search, settings));
  } finally {
    run.dispose();
  }
}

/** The prompt as `numBeams` beams; all but one so improbable that the first tokens differ from each other. */
function newSearch(row: number, settings: GenerationSettings): Search {
  const beams = Array.from({ length: settings.numBeams }, (_, i) => ({
    ids: [],
    sumLogProbs: i === 0 ? 0 : -1e9,
    row,
  }));
  return { complete: beamHypotheses(settings), beams, isDone: false };
}

/**
 * One token more: of the best 2·`numBeams` continuations, those that end are complete when they are among the
 * first `numBeams`, and are dropped otherwise; the first `numBeams` of the others go on.
 *
 * @param length of the texts with this token
 */
function extend(
  search: Search,
  logits: readonly Float32Array[],
  length: number,
  { numBeams, minNewTokens, eosTokenId }: GenerationSettings,
): void {
  const banned = length > minNewTokens ? -1 : eosTokenId;
  const candidates = beamCandidates(search.beams, logits, 2 * numBeams, banned);
  const next: Beam[] = [];
  for (const [rank, { beam, token, sumLogProbs }] of candidates.entries()) {
    if (token !== eosTokenId) next.push({ ids: [...beam.ids, token], sumLogProbs, row: beam.row });
    else if (rank < numBeams) search.complete.add(beam.ids, sumLogProbs, true);
    if (next.length === numBeams) break;
  }
  search.beams = next;
  // The best of all candidates counts, also when it is one that has just ended.
  search.isDone = search.complete.isDone(candidates[0]?.sumLogProbs ?? Number.NEGATIVE_INFINITY, length);
}

/** Lets the decoder read the last token of all beams; each then has the row of its place. */
async function advance<State>(
  run: DecoderRun<State>,
  open: readonly Search[],
  length: number,
): Promise<void> {
  const beams = open.flatMap((search) => search.beams);
  await run.advance(
    beams.map(({ row }) => row),
    beams.map(({ ids }) => ids[length - 1] as number), // each has `length` tokens
  );
  let row = 0;
  for (const search of open) search.beams = search.beams.map((beam) => ({ ...beam, row: row++ }));
}

/** A search that did not end counts its beams as complete, by the length they have. */
function result(
  { complete, beams, isDone }: Search,
  { numReturnSequences }: GenerationSettings,
): Hypothesis[] {
  if (!isDone) for (const { ids, sumLogProbs } of beams) complete.add(ids, sumLogProbs, false);
  return complete.best(numReturnSequences);
}
