/** `internvl embed`: pictures and texts to vectors. */
import { writeAtomically } from '../checkpoint/atomic-file.js';
import { defineCommand } from './command.js';
import { embeddingsFile, type NamedEmbeddings, outputFormat } from './embeddings-file.js';
import { usageError } from './exit-code.js';
import { checkFiles, checkOutput } from './files.js';
import { readListFile } from './label-file.js';
import { drawInputMatrix, inputMatrixOptions, matrixRequest } from './matrix-options.js';
import { checkMode, modeOption } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { progressBar } from './progress.js';
import { transformOption } from './transform-option.js';
import { formatBytes } from './words.js';

export const command = defineCommand(
  {
    name: 'embed',
    usage: '[PICTURE…] [--text WORDS]… [--out FILE]',
    about:
      'Turns pictures and texts into vectors of one space, of length 1: their dot product says how well they fit. ' +
      'Without --out the vectors are printed as JSON. In a .npy file the rows are the pictures, then the texts; ' +
      'a .safetensors file holds the tensors images and texts, with their names as metadata.',
    options: {
      text: { kind: 'list', short: 't', value: 'WORDS', help: 'a text; may be given several times' },
      'texts-file': {
        kind: 'text',
        value: 'FILE',
        help: 'texts from a UTF-8 file: one a line, or a JSON array',
      },
      out: {
        kind: 'text',
        short: 'o',
        value: 'FILE',
        help: 'write to FILE.npy, FILE.json or FILE.safetensors',
      },
      raw: { kind: 'flag', help: 'the vectors as the model gives them, not brought to length 1' },
      ...inputMatrixOptions,
      ...transformOption('classification'),
      ...modeOption,
      ...modelOptions,
    },
    examples: [
      { what: 'a folder of pictures for NumPy', command: 'internvl embed photos/*.jpg --out photos.npy' },
      {
        what: 'pictures and texts',
        command: 'internvl embed a.png --text "a cat" --text "a dog" --out ab.safetensors',
      },
      {
        what: 'how alike they are, at a glance',
        command: 'internvl embed a.png b.png --text "a cat" --plot alike.svg --out ab.npy',
      },
      { what: 'to the screen', command: 'internvl embed --text "a red apple"' },
    ],
  },
  async (terminal, { values, positionals }) => {
    const file = values['texts-file'];
    const texts = [...values.text, ...(file === undefined ? [] : await readListFile(file, terminal.signal))];
    if (positionals.length + texts.length === 0)
      throw usageError('expected pictures, --text or --texts-file');
    const format = values.out === undefined ? 'json' : outputFormat(values.out);
    await checkFiles(positionals);
    if (values.out !== undefined) await checkOutput(values.out);
    const matrix = await matrixRequest(values, { inputs: positionals.length + texts.length });
    await withModel(terminal, values, async (model) => {
      await checkMode(model, values.mode);
      const progress = progressBar(terminal, 'embedding');
      const options = { signal: terminal.signal, onProgress: progress.update };
      const parts: NamedEmbeddings[] = [];
      if (positionals.length > 0) {
        const { transform, mode } = values;
        const images = await model.encodeImage(positionals, { ...options, transform, mode });
        parts.push({ kind: 'images', names: positionals, embeddings: images });
      }
      if (texts.length > 0) {
        parts.push({ kind: 'texts', names: texts, embeddings: await model.encodeText(texts, options) });
      }
      progress.end();
      await drawInputMatrix(terminal, matrix, parts, values.transform ?? 'classification');
      const bytes = await embeddingsFile(format, parts, values.raw);
      if (values.out === undefined) return terminal.print(bytes);
      await writeAtomically(values.out, [bytes], terminal.signal);
      const summary = {
        file: values.out,
        images: positionals.length,
        texts: texts.length,
        width: model.width,
      };
      if (values.json) return terminal.printJson(summary);
      terminal.note(
        `${values.out}: ${positionals.length + texts.length} x ${model.width}, ${formatBytes(bytes.length)}`,
      );
    });
  },
);
