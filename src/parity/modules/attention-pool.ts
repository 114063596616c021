/** Module `attention-pool`: tokens pooled into one embedding, over the image tokens or over the queries. */
import { attentionPool } from '../../contrastive/attention-pool.js';
import { readAttentionPool } from '../../contrastive/weights.js';
import { disposeTree } from '../../nn/tree.js';
import { withModel } from '../model.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { tensorOf } from '../tensors.js';

export const attentionPoolRunner: ModuleRunner = {
  params: ['prefix', 'generated_inputs'],
  run: (parityCase, options) =>
    withModel(parityCase, options, async (scope, config) => {
      const { prefix } = parityCase.manifest.params;
      if (prefix !== 'clip_projector' && prefix !== 'clip_projector2') {
        throw new Error(`params.prefix: expected clip_projector or clip_projector2, got ${String(prefix)}`);
      }
      const { hiddenSize } = prefix === 'clip_projector' ? config.vision : config.qllama;
      const pool = await readAttentionPool(scope.at(prefix), hiddenSize, config.clipEmbedDim);
      const outputs = new Outputs(parityCase);
      const tokens = await parityCase.input('hidden_states');
      outputs.make('pooled', () => attentionPool(pool, tensorOf(tokens), config.attnPoolNumHeads));
      disposeTree(pool);
      return outputs;
    }),
};
