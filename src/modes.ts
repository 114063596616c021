/** The weights behind each mode. */
import { encodeImage } from './contrastive/internvl-c.js';
import { encodeImageG, type InternVLG } from './contrastive/internvl-g.js';
import type { LoadedModel } from './loaded-model.js';
import { MODES, type Mode } from './mode.js';
import type { EncodePixels } from './tasks/embed.js';

/**
 * How the model reads pictures in a mode.
 *
 * @throws TypeError for another mode; Error when the checkpoint lacks weights of InternVL-G.
 */
export function pictureEncoder(model: LoadedModel, mode: Mode, rowsAtOnce: number): EncodePixels {
  const { config, params } = model;
  if (mode === 'InternVL-C') {
    return (pixels, batch) => encodeImage(config, params, pixels, { ...batch, rowsAtOnce });
  }
  if (mode !== 'InternVL-G') {
    throw new TypeError(`mode: expected ${MODES.join(' or ')}, got ${String(mode)}`);
  }
  const generative = generativeParams(model);
  return (pixels, batch) => encodeImageG(config, generative, pixels, { ...batch, rowsAtOnce });
}

/** The weights of InternVL-G. @throws Error saying which tensors the checkpoint lacks, and what works without. */
export function generativeParams({ source, params, missing }: LoadedModel): InternVLG {
  if (missing.length === 0) return params as InternVLG; // loaded with all of its tensors
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  throw new Error(
    `${source}: expected the weights of InternVL-G, got a checkpoint without ${missing.slice(0, 3).join(', ')}${more}: ` +
      'classify, embed and retrieve work in mode InternVL-C',
  );
}
