/** `internvl match`: how probable it is that a text and a picture belong together. */
import { relative } from 'node:path';

import type { MatchPair } from '../tasks/match-pair.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { checkFiles, picturesIn } from './files.js';
import { checkMode } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { oneLine } from './one-line.js';
import { indexOfPicture, pairsOption, readPairs } from './pair-file.js';
import { type NamedPicture, pictureArguments } from './picture-arguments.js';
import { progressBar } from './progress.js';
import { transformOption } from './transform-option.js';

export const command = defineCommand(
  {
    name: 'match',
    usage: 'PICTURE TEXT… | FOLDER --pairs FILE',
    about:
      'Says for each text how probable it is that it describes the picture (JPEG or PNG, - is stdin). InternVL-G reads ' +
      'the two together, which tells more than a cosine and takes longer. Each text is judged alone: the ' +
      'probabilities of several do not sum to 1.',
    options: { pairs: pairsOption, ...transformOption('retrieval'), ...modelOptions },
    examples: [
      {
        what: 'one picture, two texts',
        command: 'internvl match photo.jpg "a dog on the beach" "a dog in the snow" --model DIR',
      },
      {
        what: 'chosen pairs of a folder, as JSON',
        command: 'internvl match photos --pairs captions.tsv --json --model DIR',
      },
      {
        what: 'without real weights: random ones, whose answers mean nothing',
        command: 'internvl synthesize tiny --preset internvl-tiny && internvl match a.png "a dog" -m tiny',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [path, ...texts] = positionals;
    if (path === undefined) throw usageError('expected a picture and a text');
    if (values.pairs === undefined ? texts.length === 0 : texts.length > 0)
      throw usageError('expected either texts for the picture or --pairs');
    const asked =
      values.pairs === undefined
        ? await textsOfPicture(path, texts, terminal.signal)
        : await pairsOfFolder(path, values.pairs, terminal.signal);

    await withModel(terminal, values, async (model) => {
      await checkMode(model, 'InternVL-G');
      const progress = progressBar(terminal, 'matching');
      const pictures = asked.pictures.map(({ picture }) => picture);
      const probabilities = await model.matchPairs(pictures, asked.texts, asked.pairs, {
        ...{ transform: values.transform, signal: terminal.signal, onProgress: progress.update },
      });
      progress.end();
      const answers = asked.pairs.map(({ picture, text }, i) => ({
        image: asked.pictures[picture]?.name ?? '',
        text: asked.texts[text] ?? '',
        match: probabilities[i] ?? Number.NaN,
      }));
      if (values.json) return terminal.printJson(answers);
      const lines = answers.map(({ image, text, match }) => {
        const name = values.pairs === undefined ? '' : `${oneLine(image)}  `;
        return `${percent(match)}  ${name}${oneLine(text)}\n`;
      });
      await terminal.print(lines.join(''));
    });
  },
);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(9);

interface Asked {
  readonly pictures: readonly NamedPicture[];
  readonly texts: readonly string[];
  readonly pairs: readonly MatchPair[];
}

async function textsOfPicture(path: string, texts: readonly string[], signal: AbortSignal): Promise<Asked> {
  if (path !== '-') await checkFiles([path]); // a folder is no picture
  const pictures = await pictureArguments([path], signal);
  return { pictures, texts, pairs: texts.map((_, text) => ({ picture: 0, text })) };
}

async function pairsOfFolder(folder: string, file: string, signal: AbortSignal): Promise<Asked> {
  const paths = await picturesIn(folder);
  const names = paths.map((path) => relative(folder, path));
  const described = await readPairs(file, signal);
  const pairs = described.map((pair, text) => ({ picture: indexOfPicture(names, pair, file), text }));
  const pictures = paths.map((picture, i) => ({ name: names[i] ?? picture, picture }));
  return { pictures, texts: described.map(({ text }) => text), pairs };
}
