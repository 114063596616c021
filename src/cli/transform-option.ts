/** `--transform`: how a picture becomes a square. */
import { TRANSFORM_NAMES, type TransformName } from '../image/transform.js';

/** The option of a command that does it as `usual` when nothing is said. */
export function transformOption(usual: TransformName) {
  return {
    transform: {
      kind: 'text',
      value: 'NAME',
      oneOf: TRANSFORM_NAMES,
      help: `how a picture becomes a square: classification (crop), retrieval (squash), card, chat-pad (default: ${usual})`,
    },
  } as const;
}
