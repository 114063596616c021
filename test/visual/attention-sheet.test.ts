import { expect, test } from 'vitest';

import { blankImage } from '../../src/image/rgb-image.js';
import { attentionOverlay } from '../../src/visual/attention-overlay.js';
import { attentionSheet, type LookedAt, MAX_TILES } from '../../src/visual/attention-sheet.js';
import type { AttentionMap } from '../../src/visual/attention-target.js';
import { type Print, type Shape, white } from '../../src/visual/drawing.js';

const map: AttentionMap = {
  gridY: 2,
  gridX: 2,
  patches: Float64Array.of(0.1, 0.4, 0.2, 0.05),
  classToken: 0.25,
  name: 'vit block 1',
  heads: 'head 0',
};
const seen = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) };
const picture = blankImage(320, 320);
const lookedAt = (maps: number): LookedAt => ({
  label: 'a/dog.png',
  seen,
  picture,
  maps: Array(maps).fill(map),
});
const prints = (shapes: readonly Shape[]) => shapes.filter((shape): shape is Print => shape.kind === 'print');
const said = (shapes: readonly Shape[]) =>
  shapes.flatMap((shape) => (shape.kind === 'words' ? [shape.text] : []));

test('first the picture as the model sees it, each of its dots a square', () => {
  const [first] = prints(attentionSheet([lookedAt(1)]).shapes);
  expect([first?.image.width, first?.image.height]).toEqual([320, 320]);
  const dotAt = (x: number, y: number) => [
    ...(first?.image.data.subarray((y * 320 + x) * 3) ?? []).slice(0, 3),
  ];
  expect([dotAt(159, 0), dotAt(160, 0), dotAt(0, 319)]).toEqual([
    [0, 20, 40],
    [60, 80, 100],
    [120, 140, 160],
  ]);
});

test('then each map over the picture, with its facts', () => {
  const { shapes, description } = attentionSheet([lookedAt(1)]);
  expect(said(shapes)).toEqual([
    'a/dog.png',
    'as the model sees it',
    '2×2 dots',
    'vit block 1',
    'head 0',
    'peak 40.0 %, class token 25.0 %',
    '0',
    'its peak',
  ]);
  expect(description).toContain('vit block 1, head 0, peak 40.0 %, class token 25.0 %.');
  const [, overlay] = prints(shapes);
  expect(Buffer.compare(overlay?.image.data ?? seen.data, attentionOverlay(picture, map).data)).toBe(0);
});

test('each picture begins a line, and a line has six tiles', () => {
  const { width, height, shapes } = attentionSheet([lookedAt(6), lookedAt(1)]);
  const columns = prints(shapes).map(({ x }) => Math.floor(x / 160));
  const lines = prints(shapes).map(({ y }) => Math.floor(y / 160));
  expect([columns, lines]).toEqual([
    [0, 1, 2, 3, 4, 5, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 1, 2, 2],
  ]);
  for (const print of prints(shapes)) {
    expect(print.x + print.width < width && print.y + print.height < height).toBe(true);
  }
});

test('a frame marks the patch that looks', () => {
  const { shapes } = attentionSheet([{ ...lookedAt(0), maps: [{ ...map, from: { row: 1, column: 0 } }] }]);
  const [, overlay] = prints(shapes);
  const frame = shapes.flatMap((shape) => (shape.kind === 'box' && shape.color === white ? [shape] : []));
  const [left, top] = [Math.min(...frame.map(({ x }) => x)), Math.min(...frame.map(({ y }) => y))];
  const [right, bottom] = [
    Math.max(...frame.map(({ x, width }) => x + width)),
    Math.max(...frame.map(({ y, height }) => y + height)),
  ];
  const place = { x: overlay?.x ?? 0, y: overlay?.y ?? 0 };
  expect([left, top, right, bottom]).toEqual([place.x, place.y + 80, place.x + 80, place.y + 160]);
});

test.each([
  ['nothing', [], 0],
  ['more than can be shown', [lookedAt(MAX_TILES)], MAX_TILES + 1],
])('%s is an error', (_, pictures, tiles) => {
  expect(() => attentionSheet(pictures)).toThrow(new RangeError(`expected 1 to 200 tiles, got ${tiles}`));
});
