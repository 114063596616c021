/**
 * The user's door: one object that owns the weights of an InternVL and answers with ordinary values.
 *
 * Paper: §3.3, §4.3.   Official code: `InternVL_C`, `InternVL_G`, `clip_benchmark`.
 */
/// <reference lib="esnext.disposable" preserve="true" />
import { startBackend } from './backend/start.js';
import { weightLender } from './backend/weight-lender.js';
import type {
  CallOptions,
  CaptionOptions,
  ClassifyOptions,
  ImageOptions,
  LookOptions,
  MatchOptions,
  RetrieveOptions,
} from './call-options.js';
import { classifyPictures } from './classify.js';
import type { InternVLConfig } from './contrastive/config.js';
import { encodePictures, encodeTexts } from './encode.js';
import { type LoadedModel, loadModel } from './loaded-model.js';
import { lookAtPicture } from './look.js';
import { MODES, type Mode } from './mode.js';
import type { ModelSource } from './model-files.js';
import { generativeParams } from './modes.js';
import { OpenCalls } from './open-calls.js';
import { type AliasedOptions, checkOptions, type Memory, withoutAliases } from './pretrained-options.js';
import { searchPictures } from './search.js';
import type { Caption } from './tasks/caption-options.js';
import type { Embeddings } from './tasks/embeddings.js';
import { isList, listOf } from './tasks/lists.js';
import type { MatchPair } from './tasks/match-pair.js';
import type { Picture } from './tasks/picture.js';
import type { Retrieval } from './tasks/retrieve.js';
import type { Prediction } from './tasks/zero-shot.js';
import type { ZeroShotFile } from './tasks/zero-shot-file.js';
import type { AttentionMap } from './visual/attention-target.js';
import { matchEach, matchTexts, streamCaption, writeCaptions } from './write.js';

const CALL = ['signal', 'onProgress']; // names of options
const IMAGE = [...CALL, 'transform', 'mode'];

/** An InternVL, loaded. Call `dispose()` (or declare it with `using`) to free its weights. */
export class InternVL {
  readonly config: InternVLConfig;
  /** Where it was loaded from. */
  readonly source: string;
  /** Labels and sentences that come with the weights, if any. */
  readonly zeroShot: ZeroShotFile | undefined;
  /** Whether all weights are in memory, or a block or two at a time. */
  readonly memory: Memory;
  /** Tensors of the checkpoint that belong to no part of the model: normally none. */
  readonly leftovers: readonly string[];
  /** What it can do: `InternVL-G`, captions and matching need weights that not every checkpoint has. */
  readonly modes: readonly Mode[];
  readonly #model: LoadedModel;
  readonly #calls = new OpenCalls();
  #isDisposed = false;

  private constructor(model: LoadedModel) {
    this.#model = model;
    this.config = model.config;
    this.source = model.source;
    this.zeroShot = model.zeroShot;
    this.memory = model.memory;
    this.leftovers = model.leftovers;
    this.modes = model.missing.length === 0 ? MODES : ['InternVL-C'];
  }

  /**
   * Loads a model: a local folder, a `file:` or `https:` address, or `org/repo` on the Hugging Face hub; in a page also
   * a folder that a person has chosen. Without a source, the small one that comes with this package (not in a browser).
   *
   * @throws Error naming what is missing or invalid, a file or a tensor; the signal's reason when aborted.
   */
  static async fromPretrained(source?: ModelSource, options: AliasedOptions = {}): Promise<InternVL> {
    const named = withoutAliases(options);
    const { device, threads, arithmetic, deterministic, memoryLimit } = named;
    await startBackend({ device, threads, arithmetic, deterministic, memoryLimit });
    return new InternVL(await loadModel(source, named, weightLender()));
  }

  /** Vectors of pictures: [pictures, clipEmbedDim]. */
  async encodeImage(pictures: Picture | readonly Picture[], options: ImageOptions = {}): Promise<Embeddings> {
    checkOptions(options, IMAGE);
    return this.#calls.wait(encodePictures(this.#open(), listOf(pictures), options));
  }

  /** Vectors of texts: [texts, clipEmbedDim], the same in both modes. */
  async encodeText(texts: string | readonly string[], options: CallOptions = {}): Promise<Embeddings> {
    checkOptions(options, CALL);
    return this.#calls.wait(encodeTexts(this.#open(), listOf(texts), options));
  }

  /** Which of the labels fits each picture, best first, with probabilities among these labels. */
  classify(picture: Picture, labels: readonly string[], options?: ClassifyOptions): Promise<Prediction[]>;
  classify(
    pictures: readonly Picture[],
    labels: readonly string[],
    options?: ClassifyOptions,
  ): Promise<Prediction[][]>;
  async classify(
    pictures: Picture | readonly Picture[],
    labels: readonly string[],
    options: ClassifyOptions = {},
  ): Promise<Prediction[] | Prediction[][]> {
    checkOptions(options, [...IMAGE, 'templates', 'topK']);
    const predictions = await classifyPictures(this, listOf(pictures), labels, options);
    return isList(pictures) ? predictions : (predictions[0] ?? []);
  }

  /** The texts that fit each picture and the pictures that fit each text. */
  async retrieve(
    pictures: readonly Picture[],
    texts: readonly string[],
    options: RetrieveOptions = {},
  ): Promise<Retrieval> {
    checkOptions(options, [...IMAGE, 'topK', 'rerank']);
    if (options.rerank) generativeParams(this.#open());
    return searchPictures(this, pictures, texts, options);
  }

  /**
   * The probability that a text describes a picture (InternVL-G); of lists, each text the picture at its place.
   * @throws RangeError for options that cannot be met; Error when the checkpoint lacks weights of InternVL-G.
   */
  match(picture: Picture, text: string, options?: MatchOptions): Promise<number>;
  match(pictures: readonly Picture[], texts: readonly string[], options?: MatchOptions): Promise<number[]>;
  async match(
    pictures: Picture | readonly Picture[],
    texts: string | readonly string[],
    options: MatchOptions = {},
  ): Promise<number | number[]> {
    checkOptions(options, [...CALL, 'transform']);
    const all = await this.#calls.wait(matchEach(this.#open(), listOf(pictures), listOf(texts), options));
    return isList(pictures) ? all : (all[0] ?? Number.NaN);
  }

  /** The same for chosen pairs; a picture that stands in several is read once. */
  async matchPairs(
    pictures: readonly Picture[],
    texts: readonly string[],
    pairs: readonly MatchPair[],
    options: MatchOptions = {},
  ): Promise<number[]> {
    checkOptions(options, [...CALL, 'transform']);
    return this.#calls.wait(matchTexts(this.#open(), pictures, texts, pairs, options));
  }

  /** A caption for each picture, by beam search unless other options are given. Throws as `match` does. */
  caption(picture: Picture, options?: CaptionOptions): Promise<Caption>;
  caption(pictures: readonly Picture[], options?: CaptionOptions): Promise<Caption[]>;
  async caption(
    pictures: Picture | readonly Picture[],
    options: CaptionOptions = {},
  ): Promise<Caption | Caption[]> {
    const captions = await this.#calls.wait(writeCaptions(this.#open(), listOf(pictures), options));
    return isList(pictures) ? captions : (captions[0] as Caption); // one for one
  }

  /** The caption of one picture as its tokens come; leave the loop or end it, `dispose` waits for that. */
  captionStream(picture: Picture, options: CaptionOptions = {}): AsyncGenerator<string, void, undefined> {
    return this.#calls.each(streamCaption(this.#open(), picture, options));
  }

  /** Where the model looks in a picture: shares of attention over its patches, a map for each part in `of`. */
  async attention(picture: Picture, options: LookOptions = {}): Promise<AttentionMap[]> {
    return this.#calls.wait(lookAtPicture(this.#open(), picture, options));
  }

  /** Numbers in a vector. */
  get width(): number {
    return this.config.clipEmbedDim;
  }
  /** exp(logit_scale): what a cosine is multiplied by before the softmax. */
  get logitScale(): number {
    return this.#open().logitScale;
  }

  /** Frees the weights and closes the files, after the calls that still use them. A second call does nothing. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#calls.ended();
    await this.#model.dispose();
  }

  [Symbol.dispose](): void {
    void this.dispose();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #open(): LoadedModel {
    if (this.#isDisposed) throw new Error('this model was disposed; load it again with fromPretrained');
    return this.#model;
  }
}
