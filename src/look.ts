/** `InternVL.attention`: where the model looks in a picture. */
import type { LookOptions } from './call-options.js';
import type { LoadedModel } from './loaded-model.js';
import { generativeParams } from './modes.js';
import { checkOptions } from './pretrained-options.js';
import { listOf } from './tasks/lists.js';
import { type Picture, readPicture } from './tasks/picture.js';
import { attentionOfPicture } from './visual/attention-map.js';
import type { AttentionMap, AttentionTarget } from './visual/attention-target.js';

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
