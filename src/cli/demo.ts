/** `internvl demo`: a picture that comes with the package, words, and the small model's answer. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineCommand } from './command.js';
import { engineOptions } from './engine-options.js';
import { modelOptions, withModel } from './model.js';
import { oneLine } from './one-line.js';
import { printPredictions } from './predictions.js';
import { formatSeconds } from './words.js';

const PICTURE = new URL('../../docs/pictures/dog.png', import.meta.url);
const LABELS = ['dog', 'cat', 'banana', 'car', 'guitar', 'umbrella', 'tree', 'pizza'];

export const command = defineCommand(
  {
    name: 'demo',
    usage: '',
    about:
      'Classifies a picture of docs/pictures with the small model of this package, writes its caption if the model has ' +
      'the weights for it, and says how long it took.',
    options: { model: modelOptions.model, ...engineOptions, memory: modelOptions.memory },
    examples: [{ what: 'that is all', command: 'internvl demo' }],
  },
  async (terminal, { values }) => {
    const started = performance.now();
    const path = fileURLToPath(PICTURE);
    const noHub = { revision: undefined, 'cache-dir': undefined, offline: false };
    await withModel(terminal, { ...values, ...noHub }, async (model) => {
      const loaded = (performance.now() - started) / 1000;
      const { signal } = terminal;
      const predictions = await model.classify(path, LABELS, { topK: 5, signal });
      const writes = model.modes.includes('InternVL-G');
      const caption = writes ? (await model.caption(path, { signal })).text : undefined;
      const seconds = (performance.now() - started) / 1000;
      if (values.json)
        return terminal.printJson({ picture: path, labels: LABELS, predictions, caption, loaded, seconds });
      await printPredictions(terminal, relative(process.cwd(), path), predictions);
      if (caption !== undefined) await terminal.print(`  caption: ${oneLine(caption)}\n`);
      await terminal.print(
        `  ${formatSeconds(seconds)}, of which ${formatSeconds(loaded)} to load the model\n`,
      );
      terminal.note(`Now yours: internvl classify PICTURE --labels "${LABELS.slice(0, 3).join(',')}"`);
    });
  },
);
