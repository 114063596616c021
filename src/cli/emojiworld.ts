/** `internvl emojiworld`: sheets of everything that training and evaluation see, to look at. */
import { loadConcepts } from '../emojiworld/concepts.js';
import { writeSample } from '../emojiworld/sample.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';

export const command = defineCommand(
  {
    name: 'emojiworld',
    usage: 'sample FOLDER',
    about:
      'Draws sheets of EmojiWorld into FOLDER: icons as they are, under each strength of augmentation, in each changed ' +
      'and each held-out style; scenes with their masks and clips, with captions in nine languages; noisy texts. Needs ' +
      'the development dependencies, so a clone of the repository.',
    options: {
      seed: { kind: 'count', min: 0, value: 'N', help: 'seed of everything random (default: 1)' },
      cache: { kind: 'text', value: 'DIR', help: 'where drawn icons are kept (default: .cache/emojiworld)' },
    },
    examples: [{ what: 'eleven sheets and three texts', command: 'internvl emojiworld sample runs/sample' }],
  },
  async (terminal, { values, positionals }) => {
    const [what, folder, ...rest] = positionals;
    if (what !== 'sample' || folder === undefined || rest.length > 0)
      throw usageError('expected: sample FOLDER');
    const cacheFolder = values.cache ?? '.cache/emojiworld';
    const files = await writeSample(folder, await loadConcepts(), values.seed ?? 1, {
      cacheFolder,
      signal: terminal.signal,
    });
    if (values.json) return terminal.printJson(files);
    await terminal.print(files.map((file) => `${file}\n`).join(''));
  },
);
