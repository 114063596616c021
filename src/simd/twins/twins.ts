/** The twins of all operations. */
import { attentionTwins } from './attention.js';
import type { Twin } from './define.js';
import { elementwiseTwins } from './elementwise.js';
import { linearTwins } from './linear.js';
import { normTwins } from './norms.js';

export const twins: readonly Twin[] = [...linearTwins, ...attentionTwins, ...normTwins, ...elementwiseTwins];
