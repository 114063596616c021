/** `internvl demo`: what the small model makes of the pictures that come with the package. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { InternVL } from '../internvl.js';
import { defineCommand } from './command.js';
import { engineOptions } from './engine-options.js';
import { picturesIn } from './files.js';
import { modelOptions, withModel } from './model.js';
import { oneLine } from './one-line.js';
import { printPredictions } from './predictions.js';
import { printMatches } from './retrieval-lines.js';
import type { Terminal } from './terminal.js';
import { formatSeconds } from './words.js';

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const PICTURE = join(FOLDER, 'dog.png');
const SCENES = join(FOLDER, 'scenes');
const LABELS = ['dog', 'cat', 'banana', 'car', 'guitar', 'umbrella', 'tree', 'pizza'];
/** The last two ask for a banana in Chinese and for a rocket in Arabic. */
const TEXTS = ['umbrella', '香蕉', 'صاروخ'];

export const command = defineCommand(
  {
    name: 'demo',
    usage: '',
    about:
      'Classifies a picture of docs/pictures with the small model of this package, finds pictures there for texts, ' +
      'writes captions of composed scenes if the model has the weights for it, and says how long it took.',
    options: { model: modelOptions.model, ...engineOptions, memory: modelOptions.memory },
    examples: [{ what: 'that is all', command: 'internvl demo' }],
  },
  async (terminal, { values }) => {
    const started = performance.now();
    const noHub = { revision: undefined, 'cache-dir': undefined, offline: false };
    await withModel(terminal, { ...values, ...noHub }, async (model) => {
      const loaded = (performance.now() - started) / 1000;
      const shown = await show(model, terminal.signal);
      const seconds = (performance.now() - started) / 1000;
      if (values.json) return terminal.printJson({ ...report(shown), loaded, seconds });
      await print(terminal, shown);
      const [all, load] = [seconds, loaded].map(formatSeconds);
      await terminal.print(`${all}, of which ${load} to load the model\n`);
      terminal.note(`Now yours: internvl classify PICTURE --labels "${LABELS.slice(0, 3).join(',')}"`);
    });
  },
);

/** Everything the demo shows. */
type Shown = Awaited<ReturnType<typeof show>>;

async function show(model: InternVL, signal: AbortSignal) {
  const [pictures, scenes] = [await picturesIn(FOLDER), await picturesIn(SCENES)];
  const predictions = await model.classify(PICTURE, LABELS, { topK: 5, signal });
  const { picturesOf } = await model.retrieve(pictures, TEXTS, { topK: 2, signal });
  const captions = model.modes.includes('InternVL-G') ? await model.caption(scenes, { signal }) : [];
  return { predictions, pictures, picturesOf, scenes, captions };
}

async function print(terminal: Terminal, shown: Shown): Promise<void> {
  await printPredictions(terminal, nameOf(PICTURE), shown.predictions);
  await printMatches(terminal, TEXTS, shown.pictures.map(nameOf), shown.picturesOf);
  for (const [i, { text }] of shown.captions.entries()) {
    await terminal.print(`${terminal.bold(nameOf(shown.scenes[i] ?? ''))}\n  caption: ${oneLine(text)}\n`);
  }
}

function report({ predictions, pictures, picturesOf, scenes, captions }: Shown) {
  return {
    picture: PICTURE,
    labels: LABELS,
    predictions,
    found: picturesOf.map((matches, t) => ({
      text: TEXTS[t],
      pictures: matches.map(({ index, cosine }) => ({ picture: pictures[index], cosine })),
    })),
    captions: captions.map(({ text }, i) => ({ picture: scenes[i], caption: text })),
  };
}

const nameOf = (path: string): string => relative(process.cwd(), path);
