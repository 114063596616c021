/** `internvl retrieve`: searches pictures with texts, and texts with pictures. */
import { relative } from 'node:path';

import { type Match, type Recall, type Retrieval, recallAtK } from '../tasks/retrieve.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { picturesIn } from './files.js';
import { readListFile } from './label-file.js';
import { drawMatrix, matrixOptions, matrixRequest } from './matrix-options.js';
import { checkMode, modeOption } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { indexOfPicture, pairsOption, readPairs } from './pair-file.js';
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
      pairs: pairsOption,
      top: {
        kind: 'count',
        short: 'k',
        value: 'K',
        help: 'how many matches to show for each query (default: 5)',
      },
      rerank: {
        kind: 'count',
        value: 'K',
        help: 'put the K best matches of each query in the order of their match probability (see internvl match)',
      },
      ...modeOption,
      ...matrixOptions,
      ...modelOptions,
    },
    examples: [
      { what: 'search', command: 'internvl retrieve photos --text "a dog on the beach"' },
      { what: 'both directions', command: 'internvl retrieve photos captions.txt --top 3' },
      {
        what: 'all cosines at a glance',
        command: 'internvl retrieve photos -t "a dog" -t "a cat" --plot cosines.svg',
      },
      {
        what: 'how often the right one is first',
        command: 'internvl retrieve photos --pairs captions.tsv --json',
      },
      {
        what: 'the ten best by cosine, each then read together with the text',
        command: 'internvl retrieve photos -t "a dog" --mode InternVL-G --rerank 10 --model DIR',
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
    const matrix = await matrixRequest(values, { texts: texts.length, pictures: pictures.length });
    const pictureOf = pairs.map((pair) => indexOfPicture(names, pair, values.pairs ?? ''));

    await withModel(terminal, values, async (model) => {
      const { mode, rerank, top: topK = 5 } = values;
      await checkMode(model, rerank === undefined ? mode : 'InternVL-G');
      const progress = progressBar(terminal, 'reading pictures');
      const call = { signal: terminal.signal, onProgress: progress.update };
      const found = await model.retrieve(pictures, texts, { mode, rerank, topK, ...call });
      progress.end();
      const named = pictures.map((path, i) => ({ path, name: names[i] ?? path }));
      await drawMatrix(terminal, matrix, found, texts, named);
      const recall = pairs.length > 0 ? recallOf(found, pictureOf) : undefined;
      if (values.json) return terminal.printJson(report(model.source, names, texts, found, recall));
      await printMatches(terminal, texts, names, found.picturesOf);
      if (values.text.length === 0) await printMatches(terminal, names, texts, found.textsOf);
      if (recall) await printRecall(terminal, recall);
    });
  },
);

/** By the orders that are shown: those of the cosines, or ranked anew. */
function recallOf({ byPicture, byText }: Retrieval, pictureOf: readonly number[]): Recall {
  return recallAtK(byPicture, pictureOf, [1, 5, 10], byText);
}

function report(
  model: string,
  images: readonly string[],
  texts: readonly string[],
  { picturesOf, textsOf }: Retrieval,
  recall: Recall | undefined,
) {
  const scores = ({ cosine, match }: Match) => ({ cosine, ...(match !== undefined && { match }) });
  return {
    model,
    textToImage: picturesOf.map((matches, t) => ({
      text: texts[t],
      matches: matches.map((each) => ({ image: images[each.index], ...scores(each) })),
    })),
    imageToText: textsOf.map((matches, i) => ({
      image: images[i],
      matches: matches.map((each) => ({ text: texts[each.index], ...scores(each) })),
    })),
    ...(recall && { recall }),
  };
}
