/** `InternVL.classify`: labels in their sentences, pictures, and the cosine between them. */
import { type ClassifyOptions, jointProgress } from './call-options.js';
import type { InternVL } from './internvl.js';
import { isList } from './tasks/lists.js';
import type { Picture } from './tasks/picture.js';
import { templateSet } from './tasks/templates.js';
import { checkLabels, labelEmbeddings, type Prediction, predict } from './tasks/zero-shot.js';

/** What encodes, and the sentences that come with the weights. */
type Encoder = Pick<InternVL, 'encodeText' | 'encodeImage' | 'logitScale' | 'zeroShot'>;

/** The labels of each picture, best first. @throws as `InternVL.classify`. */
export async function classifyPictures(
  model: Encoder,
  pictures: readonly Picture[],
  labels: readonly string[],
  { templates: asked, topK, ...options }: ClassifyOptions,
): Promise<Prediction[][]> {
  if (!isList(labels)) throw new TypeError(`labels: expected a list of words, got ${typeof labels}`);
  checkLabels(labels);
  const { signal } = options;
  const templates = await sentences(model, asked);
  const part = jointProgress(labels.length * templates.length + pictures.length, options.onProgress);
  const embed = (texts: readonly string[]) =>
    model.encodeText(texts, { signal, onProgress: part(texts.length) });
  const classifier = await labelEmbeddings(embed, labels, templates);
  const embeddings = await model.encodeImage(pictures, { ...options, onProgress: part(pictures.length) });
  return predict(embeddings, labels, classifier, { logitScale: model.logitScale, top: topK });
}

/** The sentences to use: the caller's, an official set's, the model's own, or the label alone. */
async function sentences(
  { zeroShot }: Encoder,
  templates: ClassifyOptions['templates'],
): Promise<readonly string[]> {
  if (typeof templates === 'string') {
    return templates.includes('{') ? [templates] : (await templateSet(templates)).templates;
  }
  return templates ?? zeroShot?.templates ?? ['a photo of a {c}.'];
}
