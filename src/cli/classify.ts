/** `internvl classify`: which of these words fits the picture. */

import { templateSet } from '../tasks/templates.js';
import type { Prediction } from '../tasks/zero-shot.js';
import { answerPictureOptions, drawAnswers, pictureRequest } from './answer-pictures.js';
import { checkAttention } from './attention-options.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { checkFiles, readInput } from './files.js';
import { readLabelsFile } from './label-file.js';
import { checkMode, modeOption } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { printPredictions } from './predictions.js';
import { progressBar } from './progress.js';
import { splitList } from './words.js';

export const command = defineCommand(
  {
    name: 'classify',
    usage: 'PICTURE… --labels A,B,C',
    about:
      'Says which of the given words fits each picture (JPEG or PNG, - is stdin). The probabilities are among these ' +
      'words: something that is not among them cannot be the answer.',
    options: {
      labels: { kind: 'list', short: 'l', value: 'A,B,C', help: 'the words, separated by commas' },
      'labels-file': {
        kind: 'text',
        value: 'FILE',
        help: 'the words from a UTF-8 file: one a line, or a JSON array (- is stdin)',
      },
      template: {
        kind: 'list',
        short: 't',
        value: 'SENTENCE',
        help: 'a sentence with {c} where the word goes; several are averaged',
      },
      templates: {
        kind: 'text',
        value: 'SET',
        help: 'an official set of sentences: imagenet, imagenet-cn, cars, …',
      },
      top: {
        kind: 'count',
        short: 'k',
        value: 'K',
        help: 'how many words to show for each picture (default: 5)',
      },
      ...modeOption,
      ...answerPictureOptions,
      ...modelOptions,
    },
    examples: [
      { what: 'three words', command: 'internvl classify photo.jpg --labels "cat,dog,traffic light"' },
      {
        what: 'a long list, several pictures',
        command: 'internvl classify *.png --labels-file animals.txt --top 3',
      },
      {
        what: 'the 80 sentences of the paper',
        command: 'internvl classify a.jpg -l cat,dog --templates imagenet',
      },
      {
        what: 'where it looks: the pool, and a head of a block, side by side',
        command: 'internvl classify a.jpg --attention b.png --attention-of pool --attention-of vit:3:0',
      },
      { what: 'the answer as a picture', command: 'internvl classify a.jpg -l cat,dog --plot answer.svg' },
      {
        what: 'both on the terminal',
        command: 'internvl classify a.jpg -l cat,dog --show --attention-of pool',
      },
      { what: 'the words that the model brings along', command: 'internvl classify photo.jpg --json' },
    ],
  },
  async (terminal, { values, positionals }) => {
    await checkPictures(positionals, values['labels-file']);
    const given = await givenLabels(values.labels, values['labels-file'], terminal.signal);
    const templates = await givenTemplates(values.template, values.templates);
    const request = await pictureRequest(values, positionals.length);
    const names = positionals.map((path) => (path === '-' ? 'stdin' : path));
    const pictures = await Promise.all(
      positionals.map((path) => (path === '-' ? readInput('-', terminal.signal) : path)),
    );

    await withModel(terminal, values, async (model) => {
      const { mode, top: topK = 5 } = values;
      await checkMode(model, mode);
      const labels = given ?? model.zeroShot?.labels;
      if (!labels)
        throw usageError('expected --labels or --labels-file: this model brings no words of its own');
      if (request.attention) checkAttention(model, request.attention);
      const progress = progressBar(terminal, 'classifying');
      const started = performance.now();
      const call = { signal: terminal.signal, onProgress: progress.update };
      const results = await model.classify(pictures, labels, { templates, topK, mode, ...call });
      progress.end();
      const seconds = (performance.now() - started) / 1000;
      await drawAnswers(terminal, model, request, { pictures, names, results }, !values.json);
      if (values.json)
        return terminal.printJson(report(model.source, labels.length, positionals, results, seconds));
      for (const [i, path] of positionals.entries()) {
        await printPredictions(terminal, positionals.length > 1 ? path : undefined, results[i] ?? []);
      }
    });
  },
);

/** @throws when there are none, one is missing, or stdin is to be read twice. */
async function checkPictures(paths: readonly string[], labelsFile: string | undefined): Promise<void> {
  if (paths.length === 0) throw usageError('expected a picture');
  const fromStdin = [...paths, labelsFile].filter((path) => path === '-');
  if (fromStdin.length > 1) throw usageError('expected - (stdin) once, got it twice');
  await checkFiles(paths.filter((path) => path !== '-'));
}

async function givenLabels(
  words: readonly string[],
  file: string | undefined,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  if (words.length === 0) return file === undefined ? undefined : readLabelsFile(file, signal);
  if (file !== undefined) throw usageError('expected --labels or --labels-file, got both');
  const labels = splitList(words);
  if (labels.length === 0) throw usageError('--labels expects words, got an empty list');
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw usageError(`--labels expects each word once, got '${twice}' twice`);
  return labels;
}

async function givenTemplates(sentences: readonly string[], set: string | undefined) {
  if (set === undefined) {
    const bad = sentences.find((sentence) => !/\{c?\}/.test(sentence));
    if (bad !== undefined) throw usageError(`--template expects {c} where the word goes, got '${bad}'`);
    return sentences.length > 0 ? sentences : undefined;
  }
  if (sentences.length > 0) throw usageError('expected --template or --templates, got both');
  return (
    await templateSet(set).catch((error: Error) => {
      throw usageError(`--templates ${error.message}`);
    })
  ).templates;
}

function report(
  model: string,
  labels: number,
  paths: readonly string[],
  results: Prediction[][],
  seconds: number,
) {
  return {
    model,
    labels,
    seconds,
    results: paths.map((image, i) => ({ image, predictions: results[i] ?? [] })),
  };
}
