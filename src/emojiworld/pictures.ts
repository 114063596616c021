/**
 * The small pictures in `docs/pictures/`, on which the demo and the documentation try the model: single icons
 * on a soft ground and composed scenes, with a README that names the artists and their licences. The same package
 * versions give the same pixels.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { placeIcon } from './affine.js';
import { blend } from './augment.js';
import { type Colour, paintPlain } from './backgrounds.js';
import { type Concept, loadConcepts } from './concepts.js';
import { writePng } from './contact-sheet.js';
import type { Style } from './icons.js';
import { packageVersion } from './packages.js';
import { makePyramid } from './pyramid.js';
import { openDrawings, startRasteriser } from './rasterise.js';
import { drawScenePicture, type ScenePicture, scenePictures } from './scene-pictures.js';

const SIDE = 160; // pixels
const ICON = 128; // of them the icon takes

export type PictureStyle = Extract<Style, 'noto' | 'twemoji' | 'fluent-emoji-flat'>;

export interface Picture {
  readonly name: string; // of the file, without `.png`
  readonly concept: string;
  readonly style: PictureStyle;
  readonly ground: Colour;
}

export const pictures: readonly Picture[] = [
  { name: 'dog', concept: '1f415', style: 'noto', ground: [232, 240, 250] },
  { name: 'cat', concept: '1f408', style: 'twemoji', ground: [226, 240, 226] },
  { name: 'pizza', concept: '1f355', style: 'fluent-emoji-flat', ground: [255, 255, 255] },
  { name: 'bicycle', concept: '1f6b2', style: 'noto', ground: [246, 240, 224] },
  { name: 'banana', concept: '1f34c', style: 'twemoji', ground: [236, 230, 246] },
  { name: 'car', concept: '1f697', style: 'fluent-emoji-flat', ground: [228, 238, 244] },
  { name: 'tree', concept: '1f333', style: 'noto', ground: [255, 255, 255] },
  { name: 'guitar', concept: '1f3b8', style: 'twemoji', ground: [240, 240, 228] },
  { name: 'soccer-ball', concept: '26bd', style: 'twemoji', ground: [214, 234, 206] },
  { name: 'rocket', concept: '1f680', style: 'noto', ground: [220, 228, 246] },
  { name: 'umbrella', concept: '2602', style: 'fluent-emoji-flat', ground: [248, 232, 226] },
];

const sources: Readonly<Record<PictureStyle, string>> = {
  noto: 'Noto Emoji, © Google LLC, [Apache-2.0](https://github.com/googlefonts/noto-emoji/blob/main/svg/LICENSE)',
  twemoji:
    'Twemoji, © Twitter, Inc and other contributors, [CC-BY-4.0](https://creativecommons.org/licenses/by/4.0/)' +
    ' ([source](https://github.com/jdecked/twemoji))',
  'fluent-emoji-flat':
    'Fluent Emoji, © Microsoft Corporation, ' +
    '[MIT](https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE)',
};

/** Writes all pictures as PNG files and their README.md into `folder`; returns the paths. */
export async function writePictures(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const picture of pictures) {
    const file = join(folder, `${picture.name}.png`);
    await writePng(file, await drawPicture(picture));
    files.push(file);
  }
  for (const picture of scenePictures) {
    const file = join(folder, 'scenes', `${picture.name}.png`);
    await writePng(file, opaquePng(await drawScenePicture(picture, SIDE)));
    files.push(file);
  }
  const readme = join(folder, 'README.md');
  await mkdir(folder, { recursive: true });
  await writeFile(readme, await picturesReadme());
  return [...files, readme];
}

/** One picture, opaque. */
export async function drawPicture({ concept, style, ground }: Picture): Promise<PNG> {
  const [rasterise, drawingOf] = await Promise.all([startRasteriser(), openDrawings(style)]);
  const drawing = drawingOf({ id: concept });
  if (drawing === undefined) throw new Error(`expected ${style} to draw ${concept}, but it does not`);
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  paintPlain(rgb, ground);
  const icon = makePyramid({ size: ICON, rgba: rasterise(drawing, ICON) });
  blend(rgb, placeIcon(icon, SIDE, { rotation: 0, scale: ICON / SIDE, x: 0, y: 0 }));
  return opaquePng(rgb);
}

/** The text of `docs/pictures/README.md`. */
export async function picturesReadme(): Promise<string> {
  const byId = new Map((await loadConcepts()).map((concept) => [concept.id, concept]));
  const rows = pictures.map((picture) => tableRow(picture, byId.get(picture.concept)));
  const scenes = scenePictures.map((picture) => sceneRow(picture, byId));
  const styles = [...new Set([...pictures, ...scenePictures].map(({ style }) => style))];
  const versions = styles.map(async (style) => {
    const version = await packageVersion(`@iconify-json/${style}/icons.json`);
    return `- \`${style}\`: ${sources[style]}; from \`@iconify-json/${style}\` ${version}`;
  });
  return `# Pictures

Single emoji on a plain ground and scenes composed of emoji, ${SIDE} x ${SIDE} pixels, drawn by \`src/emojiworld/pictures.ts\`.
The only changes to the originals: rasterised, in the scenes made smaller, and a ground laid behind. A test draws them again
and compares every pixel.

The drawings are the work of these artists, and each picture stays under its licence:

${(await Promise.all(versions)).join('\n')}

| picture | emoji | name | set | licence |
|---|---|---|---|---|
${rows.join('\n')}

| scene | of | set | licence |
|---|---|---|---|
${scenes.join('\n')}
`;
}

const licences: Readonly<Record<PictureStyle, string>> = {
  noto: 'Apache-2.0',
  twemoji: 'CC-BY-4.0',
  'fluent-emoji-flat': 'MIT',
};

function tableRow({ name, style }: Picture, concept: Concept | undefined): string {
  const { emoji = '', names } = concept ?? {};
  return `| [${name}.png](${name}.png) | ${emoji} | ${names?.en ?? ''} | ${style} | ${licences[style]} |`;
}

function sceneRow({ name, style, concepts }: ScenePicture, byId: ReadonlyMap<string, Concept>): string {
  const cast = concepts.map((id) => byId.get(id)?.names.en ?? '').join(', ');
  return `| [${name}.png](scenes/${name}.png) | ${cast} | ${style} | ${licences[style]} |`;
}

function opaquePng(rgb: Uint8Array): PNG {
  const png = new PNG({ width: SIDE, height: SIDE });
  for (let i = 0, at = 0; i < rgb.length; i += 3, at += 4) {
    png.data.set(rgb.subarray(i, i + 3), at);
    png.data[at + 3] = 255;
  }
  return png;
}
