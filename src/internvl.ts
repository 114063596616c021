/**
 * The user's door: one object that owns the weights of InternVL-C and answers with ordinary values.
 *
 * Paper: §3.3, §4.3.   Official code: `InternVL_C`, `clip_benchmark`.
 */
import { runningEngine } from './backend/engine.js';
import { startBackend } from './backend/start.js';
import { picturesAtOnce, picturesInPass, textsAtOnce } from './batch-size.js';
import {
  type CallOptions,
  type ClassifyOptions,
  type ImageOptions,
  jointProgress,
  type RetrieveOptions,
} from './call-options.js';
import { type InternVLConfig, inputSize } from './contrastive/config.js';
import { encodeImage, encodeText } from './contrastive/internvl-c.js';
import { embeddedModel, type LoadedModel, loadModel } from './loaded-model.js';
import { type AliasedOptions, checkOptions, type Memory, withoutAliases } from './pretrained-options.js';
import { EngineError } from './simd/engine-error.js';
import { type EncodeIds, type EncodePixels, embedPictures, embedTexts } from './tasks/embed.js';
import type { Embeddings } from './tasks/embeddings.js';
import { checkStrings, isList, listOf } from './tasks/lists.js';
import type { Picture } from './tasks/picture.js';
import { type Retrieval, retrieve } from './tasks/retrieve.js';
import { templateSet } from './tasks/templates.js';
import { checkLabels, labelEmbeddings, type Prediction, predict } from './tasks/zero-shot.js';
import type { ZeroShotFile } from './tasks/zero-shot-file.js';
import { contrastiveIds, maxTextLength } from './text/prompts.js';

/** Names of `CallOptions`. */
const CALL_OPTIONS = ['signal', 'onProgress'];

/** InternVL-C, loaded. Call `dispose()` (or declare it with `using`) to free its weights. */
export class InternVL {
  readonly config: InternVLConfig;
  /** Where it was loaded from. */
  readonly source: string;
  /** Labels and sentences that come with the weights, if any. */
  readonly zeroShot: ZeroShotFile | undefined;
  /** Whether all weights are in memory, or one block at a time. */
  readonly memory: Memory;
  /** Tensors of the checkpoint that belong to no part of the model: normally none. */
  readonly leftovers: readonly string[];
  readonly #model: LoadedModel;
  #isDisposed = false;
  /** Calls that use the weights now: they are freed after the last. */
  readonly #running = new Set<Promise<unknown>>();

  private constructor(model: LoadedModel) {
    this.#model = model;
    this.config = model.config;
    this.source = model.source;
    this.zeroShot = model.zeroShot;
    this.memory = model.memory;
    this.leftovers = model.leftovers;
  }

  /**
   * Loads a model: a local folder, a `file:` or `https:` address, or `org/repo` on the Hugging Face hub.
   * Without a source, the small one that comes with this package.
   *
   * @throws Error naming the file or tensor when the model is missing or invalid; the signal's reason when
   *   aborted.
   */
  static async fromPretrained(
    source: string | URL = embeddedModel(),
    options: AliasedOptions = {},
  ): Promise<InternVL> {
    const named = withoutAliases(options);
    const { device = 'wasm', threads, arithmetic, deterministic, memoryLimit } = named;
    await startBackend({ device, threads, arithmetic, deterministic, memoryLimit });
    return new InternVL(await loadModel(String(source), named, runningEngine()));
  }

  /** Vectors of pictures: [pictures, clipEmbedDim]. */
  async encodeImage(pictures: Picture | readonly Picture[], options: ImageOptions = {}): Promise<Embeddings> {
    checkOptions(options, [...CALL_OPTIONS, 'transform', 'templates', 'topK']);
    const { config, params, memory } = this.#open();
    const recipe = { transform: options.transform ?? 'classification', size: inputSize(config) };
    const rowsAtOnce = picturesAtOnce(config);
    const encode: EncodePixels = (pixels, batch) =>
      encodeImage(config, params, pixels, { ...batch, rowsAtOnce });
    const batches = { batchSize: picturesInPass(config, memory), ...options };
    return this.#whileOpen(embedPictures(encode, listOf(pictures), recipe, batches));
  }

  /** Vectors of texts: [texts, clipEmbedDim]. */
  async encodeText(texts: string | readonly string[], options: CallOptions = {}): Promise<Embeddings> {
    checkOptions(options, CALL_OPTIONS);
    checkStrings(listOf(texts), 'texts');
    const { config, params, tokenizer } = this.#open();
    const tokenize = (text: string) => contrastiveIds(tokenizer, text);
    const encode: EncodeIds = (ids, batch) => encodeText(config, params, ids, batch);
    const batches = { batchSize: textsAtOnce(config, maxTextLength), ...options };
    return this.#whileOpen(embedTexts(encode, tokenize, listOf(texts), batches));
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
    checkOptions(options, [...CALL_OPTIONS, 'transform', 'templates', 'topK']);
    if (!isList(labels)) throw new TypeError(`labels: expected a list of words, got ${typeof labels}`);
    checkStrings(labels, 'labels');
    checkLabels(labels);
    const { signal, topK } = options;
    const templates = await this.#templates(options.templates);
    const list = listOf(pictures);
    const part = jointProgress(labels.length * templates.length + list.length, options.onProgress);
    const embed = (texts: readonly string[]) =>
      this.encodeText(texts, { signal, onProgress: part(texts.length) });
    const classifier = await labelEmbeddings(embed, labels, templates);
    const embeddings = await this.encodeImage(list, { ...options, onProgress: part(list.length) });
    const predictions = await predict(embeddings, labels, classifier, {
      logitScale: this.logitScale,
      top: topK,
    });
    return isList(pictures) ? predictions : (predictions[0] ?? []);
  }

  /** The texts that fit each picture and the pictures that fit each text. */
  async retrieve(
    pictures: readonly Picture[],
    texts: readonly string[],
    options: RetrieveOptions = {},
  ): Promise<Retrieval> {
    const part = jointProgress(texts.length + pictures.length, options.onProgress);
    const { signal, transform = 'retrieval' } = options;
    checkOptions(options, [...CALL_OPTIONS, 'transform', 'topK']);
    const words = await this.encodeText(texts, { signal, onProgress: part(texts.length) });
    const images = await this.encodeImage(pictures, { signal, transform, onProgress: part(pictures.length) });
    return retrieve(images, words, options.topK ?? 10);
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
    await Promise.allSettled(this.#running);
    await this.#model.dispose();
  }

  [Symbol.dispose](): void {
    void this.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #whileOpen<T>(call: Promise<T>): Promise<T> {
    this.#running.add(call);
    try {
      return await call;
    } catch (error) {
      if (error instanceof EngineError) await runningEngine()?.restart(); // the next call finds it alive
      throw error;
    } finally {
      this.#running.delete(call);
    }
  }

  #open(): LoadedModel {
    if (this.#isDisposed)
      throw new Error('this model was disposed; load it again with InternVL.fromPretrained');
    return this.#model;
  }

  /** The sentences to use: the caller's, an official set's, the model's own, or the label alone. */
  async #templates(templates: ClassifyOptions['templates']): Promise<readonly string[]> {
    if (typeof templates === 'string') {
      return templates.includes('{') ? [templates] : (await templateSet(templates)).templates;
    }
    return templates ?? this.zeroShot?.templates ?? ['a photo of a {c}.'];
  }
}
