/** The vocabulary of the package, in reading order. */
// biome-ignore-all assist/source/organizeImports: the order is that of reading

// The user's door
export { InternVL } from './internvl.js';
export type { AliasedOptions, Memory, PretrainedOptions } from './pretrained-options.js';
export type { ByteSize } from './byte-size.js';
export type { ModelSource } from './model-files.js';
export type { PickedFile, PickedFolder } from './checkpoint/picked-folder.js';
export type { HubProgress as ProgressEvent } from './hub/progress.js';

// What it is asked
export type {
  CallOptions,
  CaptionOptions,
  ClassifyOptions,
  ImageOptions,
  LookOptions,
  MatchOptions,
  OnProgress,
  RetrieveOptions,
} from './call-options.js';
export { MODES, type Mode } from './mode.js';
export type { CaptionSearch } from './tasks/caption-options.js';
export type { AttentionTarget } from './visual/attention-target.js';
export type { MatchPair } from './tasks/match-pair.js';
export type { Picture, PictureBlob } from './tasks/picture.js';
export type { RgbaImage, RgbImage } from './image/rgb-image.js';
export type { TransformName } from './image/transform.js';
export { allTemplateSets, type TemplateSet, templateSet } from './tasks/templates.js';

// What it answers
export type { Prediction } from './tasks/zero-shot.js';
export type { Caption, CaptionHypothesis } from './tasks/caption-options.js';
export type { AttentionMap } from './visual/attention-target.js';
export type { Embeddings } from './tasks/embeddings.js';
export type { Table } from './tasks/similarity.js';
export { type Match, type Recall, type Retrieval, recallAtK } from './tasks/retrieve.js';

// What may go wrong with who computes
export { DeviceError } from './backend/device-error.js';
export { EngineError } from './simd/engine-error.js';

// The model's numbers
export { type InternVLConfig, internVL14B } from './contrastive/config.js';
