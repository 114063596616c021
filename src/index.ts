/** The vocabulary of the package, in reading order. */

// The model's numbers
export { type InternVLConfig, internVL14B } from './contrastive/config.js';
export type { HubProgress as ProgressEvent } from './hub/progress.js';
// What goes in and what comes out
export type { RgbaImage, RgbImage } from './image/rgb-image.js';
export type { TransformName } from './image/transform.js';
// The user's door
export {
  type CallOptions,
  type ClassifyOptions,
  type ImageOptions,
  InternVL,
  type RetrieveOptions,
} from './internvl.js';
export type { AliasedOptions, PretrainedOptions } from './pretrained-options.js';
export type { Embeddings } from './tasks/embeddings.js';
export type { Picture } from './tasks/picture.js';
export { type Match, type Recall, type Retrieval, recallAtK } from './tasks/retrieve.js';
export type { Table } from './tasks/similarity.js';
export { allTemplateSets, type TemplateSet, templateSet } from './tasks/templates.js';
export type { Prediction } from './tasks/zero-shot.js';
