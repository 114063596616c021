/**
 * The miniature of the paper's retrieval tables: composed scenes and their captions, of concepts that training
 * composes too.
 *
 * Paper: table 7 (Flickr30K, Flickr30K-CN: 1,000 pictures with five captions each) and table 13 (XTD: 1,000 pictures
 * with one caption each in eight languages, R@10 of image to text and its mean).
 */
import { everydayConcepts, type Language, loadConcepts, xtdLanguages } from '../emojiworld/concepts.js';
import type { Scene } from '../emojiworld/scene.js';
import { isNovelConcept } from '../emojiworld/splits.js';
import type { Embeddings } from '../tasks/embeddings.js';
import { cosines } from '../tasks/similarity.js';
import { accuracy, type Estimate } from './accuracy.js';
import { type Group, groupedMean } from './bootstrap.js';
import {
  type BenchmarkMode,
  type BenchmarkModel,
  type BenchmarkOptions,
  type BenchmarkRow,
  benchmarkRow,
  callOf,
  isComplete,
} from './emojiworld-benchmark.js';
import { imageToText, type PictureRanks, retrievalRanks, textToImage } from './retrieval.js';
import { captionsOf, drawScenes, testScenes } from './test-scenes.js';

const SCENES = 1000;
const CAPTIONS = 5;
const KS = [1, 5, 10] as const;

/** Captions of all scenes in one language as vectors, which are the same for both models; `each` a scene. */
interface Captions {
  readonly language: Language;
  readonly each: number;
  readonly vectors: Embeddings;
}

/** The rows of InternVL-C, of InternVL-G where the model has it, and by how much the second is better. */
export async function* retrievalRows(
  model: BenchmarkModel,
  options: BenchmarkOptions,
): AsyncGenerator<BenchmarkRow> {
  const concepts = everydayConcepts(await loadConcepts()).filter(({ id }) => !isNovelConcept(id));
  const scenes = testScenes(Math.min(SCENES, options.samples ?? SCENES), concepts);
  const pictures = await drawScenes(scenes, options);
  const flickr = await encodeCaptions(model, scenes, ['en', 'zh'], CAPTIONS, options);
  const xtd = await encodeCaptions(model, scenes, xtdLanguages, 1, options);
  const english = new Map<BenchmarkMode, readonly PictureRanks[]>();
  for (const mode of modesOf(model, options)) {
    const images = await model.encodeImage(pictures, { ...callOf(options, `scenes, ${mode}`), mode });
    for (const captions of flickr) {
      const ranks = await ranksOf(images, captions);
      yield* recallRows(`scenes, ${mode}, ${captions.language}`, ranks);
      if (captions.language === 'en') english.set(mode, ranks);
    }
    yield* xtdRows(`scenes in eight languages, ${mode}`, images, xtd);
  }
  yield* gainRows(english);
}

function modesOf(model: BenchmarkModel, { mode, onNote }: BenchmarkOptions): readonly BenchmarkMode[] {
  if (mode !== undefined) return [mode];
  if (isComplete(model)) return ['InternVL-C', 'InternVL-G'];
  onNote?.('retrieval of InternVL-G is left out: the model has weights of InternVL-C alone');
  return ['InternVL-C'];
}

async function encodeCaptions(
  model: BenchmarkModel,
  scenes: readonly Scene[],
  languages: readonly Language[],
  each: number,
  options: BenchmarkOptions,
): Promise<Captions[]> {
  const encoded: Captions[] = [];
  for (const language of languages) {
    const texts = captionsOf(scenes, language, each);
    const vectors = await model.encodeText(texts, callOf(options, `captions, ${language}`));
    encoded.push({ language, each, vectors });
  }
  return encoded;
}

async function ranksOf(images: Embeddings, { each, vectors }: Captions): Promise<PictureRanks[]> {
  const pictureOf = Array.from({ length: vectors.rows }, (_, text) => Math.floor(text / each));
  return retrievalRanks(await cosines(images, vectors), pictureOf);
}

/** Both directions; text to image asks several times about one picture, so that its interval is the bootstrap's. */
function* recallRows(name: string, ranks: readonly PictureRanks[]): Generator<BenchmarkRow> {
  for (const k of KS) yield benchmarkRow(`${name}: text to image R@${k}`, groupedMean(textToImage(ranks, k)));
  for (const k of KS) yield benchmarkRow(`${name}: image to text R@${k}`, share(imageToText(ranks, k)));
}

/** Of groups of one answer. */
const share = (groups: readonly Group[]): Estimate =>
  accuracy(
    groups.reduce((hits, { sum }) => hits + sum, 0),
    groups.length,
  );

/** Image to text R@10 of each language, and the mean: eight answers about each picture. */
async function* xtdRows(
  name: string,
  images: Embeddings,
  xtd: readonly Captions[],
): AsyncGenerator<BenchmarkRow> {
  const answers: Group[][] = [];
  for (const captions of xtd) {
    const hits = imageToText(await ranksOf(images, captions), 10);
    answers.push(hits);
    yield benchmarkRow(`${name}, ${captions.language}: image to text R@10`, share(hits));
  }
  yield benchmarkRow(`${name}, mean: image to text R@10`, groupedMean(joined(answers)));
}

/** R@1 of InternVL-G minus that of InternVL-C on the same pictures, in English. */
function* gainRows(english: ReadonlyMap<BenchmarkMode, readonly PictureRanks[]>): Generator<BenchmarkRow> {
  const [c, g] = [english.get('InternVL-C'), english.get('InternVL-G')];
  if (c === undefined || g === undefined) return;
  for (const [direction, hits] of Object.entries({
    'text to image': textToImage,
    'image to text': imageToText,
  })) {
    const before = hits(c, 1);
    const gains = hits(g, 1).map(({ sum, count }, i) => ({ sum: sum - (before[i]?.sum ?? 0), count }));
    yield benchmarkRow(`scenes, InternVL-G minus InternVL-C, en: ${direction} R@1`, groupedMean(gains));
  }
}

/** The answers about each picture as one group. */
function joined(answers: readonly (readonly Group[])[]): Group[] {
  const [first = []] = answers;
  return first.map((_, i) => {
    const sum = answers.reduce((total, groups) => total + (groups[i]?.sum ?? 0), 0);
    return { sum, count: answers.length };
  });
}
