/** `InternVL.attention`: where the model looks in a picture. */
import type { CallOptions } from './call-options.js';
import type { TransformName } from './image/transform.js';
import type { LoadedModel } from './loaded-model.js';
import { generativeParams } from './modes.js';
import { checkOptions } from './pretrained-options.js';
import { listOf } from './tasks/lists.js';
import { type Picture, readPicture } from './tasks/picture.js';
import { type AttentionMap, attentionOfPicture } from './visual/attention-map.js';
import type { AttentionTarget } from './visual/attention-target.js';

export interface LookOptions extends CallOptions {
  /** Which parts of the model look (default: the attention pool, the mean of its heads). */
  readonly of?: AttentionTarget | readonly AttentionTarget[] | undefined;
  /** How a picture becomes a square (default: `classification`, cropped). */
  readonly transform?: TransformName | undefined;
}

/**
 * A map for each part, all from one forward.
 *
 * @throws RangeError for a part that the model does not have; Error for a query of a checkpoint that lacks weights of
 *   InternVL-G.
 */
export async function lookAtPicture(
  model: LoadedModel,
  picture: Picture,
  options: LookOptions,
): Promise<AttentionMap[]> {
  checkOptions(options, ['signal', 'onProgress', 'of', 'transform']);
  const { of = { part: 'pool' }, transform, signal, onProgress: onBlock } = options;
  const targets = listOf<AttentionTarget>(of);
  if (targets.some(({ part }) => part === 'query')) generativeParams(model);
  const image = await readPicture(picture, signal);
  return attentionOfPicture(model.config, model.params, image, targets, { transform, signal, onBlock });
}
