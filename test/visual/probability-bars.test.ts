import { describe, expect, test } from 'vitest';

import { blankImage } from '../../src/image/rgb-image.js';
import { type Classified, MAX_PICTURES, probabilityBars } from '../../src/visual/probability-bars.js';
import { toPixels } from '../../src/visual/raster.js';
import { toSvg } from '../../src/visual/svg.js';
import { outside } from './outside.js';
import { elementsOf, parseXml } from './xml.js';

const dog: Classified = {
  name: 'pictures/dog.png',
  thumbnail: blankImage(9, 9),
  predictions: [
    { label: 'dog', score: 0.75 },
    { label: '<cat> & "more"', score: 0.25 },
  ],
};

describe('the answers to a classification', () => {
  const { shapes, ...drawing } = probabilityBars([dog, { ...dog, name: 'b.png', thumbnail: undefined }]);
  const bars = shapes.flatMap((shape) => (shape.kind === 'box' ? [shape] : []));

  test('are bars as long as their probabilities, below each other', () => {
    expect(bars.map(({ hint }) => hint)).toEqual([
      ...['dog: 75.0 %', '<cat> & "more": 25.0 %'],
      ...['dog: 75.0 %', '<cat> & "more": 25.0 %'],
    ]);
    expect((bars[0]?.width ?? 0) / (bars[1]?.width ?? 1)).toBeCloseTo(3);
    expect(bars.map(({ y }) => y)).toEqual(bars.map(({ y }) => y).sort((a, b) => a - b));
    expect(new Set(bars.map(({ x }) => x)).size).toBe(1);
  });

  test('stand beside their pictures, with names and numbers', () => {
    expect(shapes.filter(({ kind }) => kind === 'print')).toHaveLength(1);
    const said = shapes.flatMap((shape) => (shape.kind === 'words' ? [shape.text] : []));
    const each = ['dog', '75.0 %', '<cat> & "more"', '25.0 %'];
    expect(said).toEqual(['pictures/dog.png', ...each, 'b.png', ...each]);
    expect(drawing.description).toMatch(
      /^pictures\/dog\.png: dog 75\.0 %, <cat> & "more" 25\.0 %\. b\.png: /,
    );
  });
});

test.each<[string, Classified[]]>([
  ['sure and impossible', [{ name: 'a', predictions: [{ label: 'a', score: 1 }, { label: 'b', score: 0 }] }]], // biome-ignore format: one line
  ['long words', [{ name: 'a/b'.repeat(99), predictions: [{ label: 'word '.repeat(50), score: 1 }] }]],
  ['Chinese words', [{ name: '猫', predictions: [{ label: '猫'.repeat(50), score: 0.5 }] }]],
  ['many words', [{ ...dog, predictions: Array(50).fill({ label: 'x', score: 0.02 }) }]],
  ['many pictures', Array(MAX_PICTURES).fill(dog)],
])('%s stay on the paper', (_, pictures) => {
  const drawing = probabilityBars(pictures);
  expect(outside(drawing)).toEqual([]);
  expect(elementsOf(parseXml(toSvg(drawing))).length).toBeGreaterThan(4);
  expect(drawing.width).toBeLessThan(600);
  if (pictures.length === 1) expect(toPixels(drawing).height).toBe(2 * drawing.height);
});

test.each<[string, Classified[], string]>([
  ['no picture', [], 'expected 1 to 100 pictures, got 0'],
  ['too many', Array(MAX_PICTURES + 1).fill(dog), 'expected 1 to 100 pictures, got 101'],
  ['no word', [{ name: 'a.png', predictions: [] }], 'a.png: expected predictions, got none'],
  [
    'no probability',
    [{ name: 'a.png', predictions: [{ label: 'b', score: Number.NaN }] }],
    'a.png, b: expected a score from 0 to 1, got NaN',
  ],
  [
    'more than all',
    [{ name: 'a.png', predictions: [{ label: 'b', score: 1.01 }] }],
    'a.png, b: expected a score from 0 to 1, got 1.01',
  ],
])('%s is an error', (_, pictures, message) => {
  expect(() => probabilityBars(pictures)).toThrow(new RangeError(message));
});
