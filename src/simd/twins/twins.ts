/** The twins of all operations. */
import { attentionTwins } from './attention.js';
import { crossEntropyTwins } from './cross-entropy.js';
import type { Twin } from './define.js';
import { elementwiseTwins } from './elementwise.js';
import { linearTwins } from './linear.js';
import { normTwins } from './norms.js';
import { rotateTwins } from './rotate.js';
import { takeRowsTwins } from './take-rows.js';

export const twins: readonly Twin[] = [
  ...linearTwins,
  ...attentionTwins,
  ...normTwins,
  ...elementwiseTwins,
  ...rotateTwins,
  ...takeRowsTwins,
  ...crossEntropyTwins,
];
