/** `internvl retrieve`: searches pictures with texts, and texts with pictures. */
import { basename, relative } from 'node:path';

import { decodeUtf8 } from '../tasks/lists.js';
import { type Pair, parsePairs } from '../tasks/pairs.js';
import { type Recall, type Retrieval, recallAtK } from '../tasks/retrieve.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { picturesIn, readInput } from './files.js';
import { readListFile } from './label-file.js';
import { checkMatrixFile, drawMatrix, matrixOptions } from './matrix-options.js';
import { modelOptions, withModel } from './model.js';
import { progressBar } from './progress.js';
import { printMatches, printRecall } from './retrieval-lines.js';

export const command = defineCommand(
  {
    name: 'retrieve',
    usage: 'FOLDER [TEXTS]',
    about:
      'Searches a folder of pictures (with the folders in it) with texts, and the texts with the pictures. TEXTS is a ' +
      'UTF-8 file with one text a line, or a JSON array. With --pairs, which say what belongs together, it also ' +
      'measures recall@1, @5 and @10 in both directions.',
    options: {
      text: {
        kind: 'list',
        short: 't',
        value: 'WORDS',
        help: 'a text to search with; may be given several times',
      },
      pairs: {
        kind: 'text',
        value: 'FILE',
        help: 'which text describes which picture: picture<TAB>text lines, or JSON [{ "image": …, "text": … }]',
      },
      top: {
        kind: 'count',
        short: 'k',
        value: 'K',
        help: 'how many matches to show for each query (default: 5)',
      },
      ...matrixOptions,
      ...modelOptions,
    },
    examples: [
      { what: 'search', command: 'internvl retrieve photos --text "a dog on the beach"' },
      { what: 'both directions', command: 'internvl retrieve photos captions.txt --top 3' },
      {
        what: 'all cosines at a glance',
        command: 'internvl retrieve photos -t "a dog" -t "a cat" --matrix cosines.svg',
      },
      {
        what: 'how often the right one is first',
        command: 'internvl retrieve photos --pairs captions.tsv --json',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [folder, textsFile, ...rest] = positionals;
    if (folder === undefined) throw usageError('expected a folder of pictures');
    if (rest.length > 0)
      throw usageError(`expected a folder and a file of texts, got also ${rest.join(' ')}`);
    const pictures = await picturesIn(folder);
    const names = pictures.map((path) => relative(folder, path));
    const pairs = values.pairs === undefined ? [] : await readPairs(values.pairs, terminal.signal);
    const texts = [
      ...pairs.map(({ text }) => text),
      ...values.text,
      ...(textsFile === undefined ? [] : await readListFile(textsFile, terminal.signal)),
    ];
    if (texts.length === 0) throw usageError('expected TEXTS, --text or --pairs');
    if (values.matrix !== undefined) await checkMatrixFile(values.matrix, texts.length, pictures.length);
    const pictureOf = pairs.map((pair) => indexOfPicture(names, pair, values.pairs ?? ''));

    await withModel(terminal, values, async (model) => {
      const progress = progressBar(terminal, 'reading pictures');
      const options = { topK: values.top ?? 5, signal: terminal.signal, onProgress: progress.update };
      const found = await model.retrieve(pictures, texts, options);
      progress.end();
      if (values.matrix !== undefined) {
        const named = pictures.map((path, i) => ({ path, name: names[i] ?? path }));
        await drawMatrix(terminal, values.matrix, found, texts, named);
      }
      const recall = pairs.length > 0 ? recallAtK(found.similarity, pictureOf) : undefined;
      if (values.json) return terminal.printJson(report(model.source, names, texts, found, recall));
      await printMatches(terminal, texts, names, found.picturesOf);
      if (values.text.length === 0) await printMatches(terminal, names, texts, found.textsOf);
      if (recall) await printRecall(terminal, recall);
    });
  },
);

async function readPairs(path: string, signal: AbortSignal): Promise<Pair[]> {
  return parsePairs(decodeUtf8(await readInput(path, signal), path), path);
}

/** The picture that a pair names: by its path in the folder, or by its name alone. */
function indexOfPicture(names: readonly string[], { image }: Pair, file: string): number {
  const exact = names.indexOf(image);
  if (exact >= 0) return exact;
  const [index, second] = [...names.keys()].filter((i) => basename(names[i] ?? '') === image);
  if (index === undefined) throw new Error(`${file}: no picture ${image} in the folder`);
  if (second === undefined) return index;
  const both = `${names[index]} and ${names[second]}`;
  throw new Error(`${file}: expected one picture ${image}, got ${both}; name it by its path in the folder`);
}

function report(
  model: string,
  images: readonly string[],
  texts: readonly string[],
  { picturesOf, textsOf }: Retrieval,
  recall: Recall | undefined,
) {
  return {
    model,
    textToImage: picturesOf.map((matches, t) => ({
      text: texts[t],
      matches: matches.map(({ index, cosine }) => ({ image: images[index], cosine })),
    })),
    imageToText: textsOf.map((matches, i) => ({
      image: images[i],
      matches: matches.map(({ index, cosine }) => ({ text: texts[index], cosine })),
    })),
    ...(recall && { recall }),
  };
}
