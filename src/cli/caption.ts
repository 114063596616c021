/** `internvl caption`: says in a sentence what is in a picture. */
import type { CaptionOptions } from '../call-options.js';
import type { InternVL } from '../internvl.js';
import type { Caption, CaptionHypothesis } from '../tasks/caption-options.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { captionSearch, generationOptions } from './generation-options.js';
import { checkMode } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { oneLine, trimmed } from './one-line.js';
import { isFolder, type NamedPicture, pictureArguments } from './picture-arguments.js';
import { progressBar } from './progress.js';
import type { Terminal } from './terminal.js';
import { transformOption } from './transform-option.js';

export const command = defineCommand(
  {
    name: 'caption',
    usage: 'PICTURE|FOLDER…',
    about:
      'Writes a caption for each picture (JPEG or PNG, - is stdin), and for those in each folder and the folders in ' +
      'it. Of one picture the caption alone is printed, else a line PICTURE<TAB>CAPTION for each as soon as it is ' +
      'written. Needs a model with the weights of InternVL-G.',
    options: {
      stream: { kind: 'flag', help: 'print each token as soon as it is known; implies --beams 1' },
      prompt: {
        kind: 'text',
        value: 'TEXT',
        help: 'what the caption goes on from, itself not printed (default: "English caption:")',
      },
      ...generationOptions,
      ...transformOption('retrieval'),
      ...modelOptions,
    },
    examples: [
      {
        what: 'without real weights: random ones, which write nonsense',
        command: 'internvl synthesize tiny --preset internvl-tiny && internvl caption photo.jpg -m tiny',
      },
      {
        what: 'a folder, with a model of which 2 GB at most are in memory',
        command: 'internvl caption photos --model OpenGVLab/InternVL-14B-224px --memory 2GB > captions.tsv',
      },
      {
        what: 'the three best of ten, as JSON',
        command: 'internvl caption a.png --beams 10 --hypotheses 3 --json --model DIR',
      },
      {
        what: 'token by token, drawn instead of searched',
        command: 'internvl caption a.png --stream --sample --top-p 0.9 --seed 7 --model DIR',
      },
      {
        what: 'how a caption that begins with "two" goes on',
        command: 'internvl caption a.png --prompt "English caption: two" --model DIR',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [first, ...others] = positionals;
    if (first === undefined) throw usageError('expected a picture or a folder of pictures');
    if (values.stream && values.json) throw usageError('expected --stream or --json, got both');
    const search = captionSearch(values, values.stream);
    const pictures = await pictureArguments(positionals, terminal.signal);
    const isOne = others.length === 0 && !(await isFolder(first));
    const title = (name: string): string => (isOne ? '' : `${oneLine(name)}\t`);
    const { prompt, transform } = values;
    const request = { ...search, prompt, transform, signal: terminal.signal };

    await withModel(terminal, values, async (model) => {
      await checkMode(model, 'InternVL-G');
      if (values.stream) return printStream(terminal, model, pictures, request, title);
      const captions = await captionAll(terminal, model, pictures, {
        ...request,
        onCaption: async (caption, i) => {
          if (values.json) return;
          const lines = linesOf(caption).map((line) => `${title(pictures[i]?.name ?? '')}${line}\n`);
          await terminal.print(lines.join(''));
        },
      });
      if (values.json) await terminal.printJson(captions.map(report));
    });
  },
);

interface NamedCaption extends Caption {
  readonly image: string;
}

/** All captions; the bar gives way while one is printed. */
async function captionAll(
  terminal: Terminal,
  model: InternVL,
  pictures: readonly NamedPicture[],
  request: CaptionOptions,
): Promise<NamedCaption[]> {
  const progress = progressBar(terminal, 'captioning');
  const captions = await model.caption(
    pictures.map(({ picture }) => picture),
    {
      ...request,
      onProgress: progress.update,
      onCaption: async (caption, i) => {
        progress.end();
        await request.onCaption?.(caption, i);
      },
    },
  );
  progress.end();
  return captions.map((caption, i) => ({ image: pictures[i]?.name ?? '', ...caption }));
}

/** The caption; several hypotheses with their scores. */
function linesOf({ text, hypotheses }: Caption): string[] {
  if (hypotheses.length === 1) return [oneLine(text)];
  return hypotheses.map((each) => `${each.score.toFixed(3)}\t${oneLine(each.text)}`);
}

function report({ image, text, score, hypotheses }: NamedCaption) {
  const named = ({ text: caption, score }: CaptionHypothesis) => ({ caption, score });
  return { image, caption: text, score, hypotheses: hypotheses.map(named) };
}

/** Picture by picture, the text as it comes. A line that has begun ends, whatever happens. */
async function printStream(
  terminal: Terminal,
  model: InternVL,
  pictures: readonly NamedPicture[],
  request: CaptionOptions,
  title: (name: string) => string,
): Promise<void> {
  for (const { name, picture } of pictures) {
    const progress = progressBar(terminal, 'reading');
    let begun = false;
    const onProgress = (done: number, total: number) => begun || progress.update(done, total);
    const begin = (): Promise<void> => {
      begun = true;
      progress.end();
      return terminal.print(title(name));
    };
    try {
      for await (const piece of trimmed(model.captionStream(picture, { ...request, onProgress }))) {
        if (!begun) await begin();
        await terminal.print(oneLine(piece));
      }
      if (!begun) await begin();
    } finally {
      if (begun) await terminal.print('\n');
    }
  }
}
