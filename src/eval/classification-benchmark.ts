/**
 * The miniature of the paper's zero-shot tables on EmojiWorld: training styles under held-out augmentation,
 * the three styles no training sees, and the names of five languages.
 *
 * Paper: tables 5 and 6 (ImageNet and its variants, multilingual ImageNet).
 */
import {
  type Concept,
  everydayConcepts,
  type Language,
  loadConcepts,
  paperLanguages,
} from '../emojiworld/concepts.js';
import { type Icon, loadIcons } from '../emojiworld/icons.js';
import { createRandom } from '../emojiworld/random.js';
import { type Embeddings, embeddingsOf, rowAt } from '../tasks/embeddings.js';
import {
  type BenchmarkModel,
  type BenchmarkOptions,
  type BenchmarkRow,
  benchmarkRow,
  callOf,
  ICON_SIZE,
  loadOptions,
} from './emojiworld-benchmark.js';
import { encodeDrawn } from './encode-drawn.js';
import { LANGUAGE_GAP } from './goals.js';
import { type PictureSet, pictureSets, SEED } from './picture-sets.js';
import { zeroShot } from './zero-shot.js';

/** Names to choose from, and the concepts whose pictures are shown. */
interface LabelSet {
  readonly labels: readonly number[]; // indices among all concepts
  readonly shown: ReadonlySet<number>;
}

/** What was encoded of one set of pictures. */
interface Encoded {
  readonly concepts: readonly number[]; // of each picture, as index among all concepts
  readonly pictures: Embeddings;
  readonly names: ReadonlyMap<Language, Embeddings>; // a row a concept
}

/** For each set of pictures the everyday concepts as labels and then all; every picture is encoded once. */
export async function* classificationRows(
  model: BenchmarkModel,
  options: BenchmarkOptions,
): AsyncGenerator<BenchmarkRow> {
  const all = await loadConcepts();
  const everyday = new Set(everydayConcepts(all));
  const indices = [...all.keys()];
  const labelSets = [indices.filter((i) => everyday.has(all[i] as Concept)), indices].map((labels) => {
    return { labels, shown: new Set(sampled(labels, options.samples)) };
  });
  const names = await encodeNames(model, all, options);
  const needed = all.filter((_, i) => labelSets.some(({ shown }) => shown.has(i)));
  const indexOf = new Map(all.map(({ id }, i) => [id, i]));
  for (const set of pictureSets) {
    const icons = await loadIcons(needed, set.styles, ICON_SIZE, loadOptions(options));
    const pictures = await encodeIcons(model, icons, set, options);
    const concepts = icons.map(({ concept }) => indexOf.get(concept) ?? Number.NaN); // all were asked for
    for (const labelSet of labelSets) yield* judge(labelSet, set, { concepts, pictures, names }, options);
  }
}

const sampled = (labels: readonly number[], count = labels.length): readonly number[] =>
  createRandom(SEED, 'concepts shown').shuffle(labels).slice(0, count);

async function encodeNames(
  model: BenchmarkModel,
  all: readonly Concept[],
  options: BenchmarkOptions,
): Promise<Encoded['names']> {
  const vectors = new Map<Language, Embeddings>();
  for (const language of paperLanguages) {
    const names = all.map((concept) => concept.names[language]);
    vectors.set(language, await model.encodeText(names, callOf(options, `names, ${language}`)));
  }
  return vectors;
}

function encodeIcons(
  model: BenchmarkModel,
  icons: readonly Icon[],
  { name, render }: PictureSet,
  options: BenchmarkOptions,
): Promise<Embeddings> {
  const draw = (i: number) => render(icons[i] as Icon, options.size); // i stays below their number
  const { mode = 'InternVL-C' } = options;
  return encodeDrawn(model, icons.length, draw, { ...options, mode, what: name });
}

/** Top-1 and top-5 of one set of labels, in the languages of the pictures. */
async function* judge(
  { labels, shown }: LabelSet,
  { name, languages }: PictureSet,
  { concepts, pictures, names }: Encoded,
  { mode }: BenchmarkOptions,
): AsyncGenerator<BenchmarkRow> {
  const judged = [...concepts.keys()].filter((i) => shown.has(concepts[i] ?? Number.NaN));
  if (judged.length === 0) return; // of the few concepts of a quick look this style may draw none
  const targets = judged.map((i) => labels.indexOf(concepts[i] ?? Number.NaN));
  const seen = rowsOf(pictures, judged);
  const by = mode === 'InternVL-G' ? ', InternVL-G' : '';
  let goal: number | undefined; // of the other languages, once English is known
  for (const language of languages) {
    const vectors = rowsOf(names.get(language) ?? pictures, labels); // all were encoded
    const { top1, top5 } = await zeroShot(seen, targets, vectors);
    const row = `1 of ${labels.length}, ${name}, ${language}${by}`;
    yield benchmarkRow(`${row}: top-1`, top1, goal);
    yield benchmarkRow(`${row}: top-5`, top5);
    goal ??= Math.max(0, top1.value - LANGUAGE_GAP);
  }
}

/** Some rows, in the order asked for. */
function rowsOf(embeddings: Embeddings, indices: readonly number[]): Embeddings {
  const { width } = embeddings;
  const data = new Float32Array(indices.length * width);
  for (const [i, index] of indices.entries()) data.set(rowAt(embeddings, index), i * width);
  return embeddingsOf(data, width);
}
