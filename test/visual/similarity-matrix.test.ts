import { describe, expect, test } from 'vitest';

import { blankImage } from '../../src/image/rgb-image.js';
import { ink } from '../../src/visual/colormap.js';
import { black, type Shape } from '../../src/visual/drawing.js';
import { toPixels } from '../../src/visual/raster.js';
import {
  inputMatrix,
  MAX_SIDE,
  type NamedInput,
  type SimilarityMatrix,
  similarityMatrix,
} from '../../src/visual/similarity-matrix.js';
import { toSvg } from '../../src/visual/svg.js';
import { outside } from './outside.js';
import { elementsOf, parseXml } from './xml.js';

const texts = ['a dog', 'a <cat> & "more"'];
const pictures = [
  { name: 'dog.png' },
  { name: 'cat.png', thumbnail: blankImage(9, 9) },
  { name: 'tree.png' },
];
const cosines = Float32Array.of(0.5, 0, /* cat */ 0.25, 0.75, /* tree */ -0.25, 0.125); // pictures × texts
const matrix: SimilarityMatrix = { texts, pictures, cosines };
const { shapes, ...drawing } = similarityMatrix(matrix);

const of = <Kind extends Shape['kind']>(kind: Kind) =>
  shapes.filter((shape): shape is Extract<Shape, { kind: Kind }> => shape.kind === kind);
const cellOf = (text: string, name: string) =>
  of('box').find(({ hint }) => hint?.startsWith(`${text} × ${name}:`));

describe('a similarity matrix', () => {
  test('has a cell for each pair, coloured from the least cosine to the largest', () => {
    const cells = of('box').filter(({ hint }) => hint !== undefined);
    expect(cells).toHaveLength(6);
    expect(cellOf('a dog', 'tree.png')?.color).toEqual(ink(0));
    expect(cellOf('a dog', 'cat.png')?.color).toEqual(ink(0.5));
    expect(cellOf(texts[1] ?? '', 'cat.png')).toMatchObject({
      color: ink(1),
      hint: `${texts[1]} × cat.png: 0.7500`,
    });
  });

  test('texts are rows, pictures are columns', () => {
    const [dog, cat, second] = [
      cellOf('a dog', 'dog.png'),
      cellOf('a dog', 'cat.png'),
      cellOf(texts[1] ?? '', 'dog.png'),
    ];
    expect([dog?.y === cat?.y, dog?.x === second?.x]).toEqual([true, true]);
    expect([(dog?.x ?? 0) < (cat?.x ?? 0), (dog?.y ?? 0) < (second?.y ?? 0)]).toEqual([true, true]);
  });

  test('numbers stand in the cells, names at the edges, both ends in the legend', () => {
    const said = of('words').map(({ text }) => text);
    expect(said).toEqual([
      ...texts,
      ...pictures.map(({ name }) => name),
      ...['0.50', '0.25', '-0.25', '0.00', '0.75', '0.13'],
      ...['-0.25', '0.75'],
    ]);
    expect(of('print')).toHaveLength(1);
  });

  test('a frame marks the best picture of each text', () => {
    const frames = of('box').filter(({ color, hint }) => hint === undefined && Math.max(...color) < 40);
    const [first, second] = [cellOf('a dog', 'dog.png'), cellOf(texts[1] ?? '', 'cat.png')];
    expect(frames.map(({ x, y }) => [x + 2, y + 2])).toEqual(
      [first, second].map((cell) => [cell?.x, cell?.y]),
    );
  });

  test('is told in words', () => {
    expect(drawing.title).toBe('Cosine similarity of 2 texts and 3 pictures');
    expect(drawing.description).toBe(
      `Cosines from -0.25 to 0.75. The best picture of each text: a dog: dog.png (0.50); ${texts[1]}: cat.png (0.75).`,
    );
  });

  test('nothing leaves the paper, whatever the length of the labels', () => {
    const long = {
      ...matrix,
      texts: ['word '.repeat(100), '猫'.repeat(100)],
      pictures: pictures.map(() => ({ name: 'a/b'.repeat(99) })),
    };
    for (const given of [matrix, long]) {
      const drawn = similarityMatrix(given);
      expect(outside(drawn)).toEqual([]);
      expect(drawn.width).toBeLessThan(600);
    }
  });

  test('equal cosines have one colour, that of the middle', () => {
    const even = similarityMatrix({ texts: ['a'], pictures: pictures.slice(0, 2), cosines: [0.5, 0.5] });
    const colors = even.shapes.flatMap((shape) => (shape.kind === 'box' && shape.hint ? [shape.color] : []));
    expect(colors).toEqual([ink(0.5), ink(0.5)]);
  });
});

describe('a matrix of inputs', () => {
  const text = (name: string) => ({ name, isPicture: false });
  const dog = { name: 'a/dog.png', thumbnail: blankImage(9, 9), isPicture: true };
  const inputs = [dog, text('a dog'), text('a cat')];
  const table = [1, 0.5, 0.25, 0.5, 1, 0.75, 0.25, 0.75, 1];
  const own = inputMatrix(inputs, table);

  test('frames the nearest other input of each, never itself', () => {
    const frames = own.shapes.flatMap((shape) =>
      shape.kind === 'box' && shape.color === black ? [shape] : [],
    );
    expect(frames.map(({ x }) => (x - Math.min(...frames.map((frame) => frame.x))) / 44)).toEqual([0, 1, 0]);
    expect(own.title).toBe('Cosine similarity of 3 inputs');
    expect(own.description).toBe(
      'Cosines from 0.25 to 1.00. The nearest other input of each: ' +
        'a/dog.png: a dog (0.50); a dog: a cat (0.75); a cat: a dog (0.75).',
    );
    expect(outside(own)).toEqual([]);
  });

  test('of one input has one cell and no frame', () => {
    const one = inputMatrix([text('a')], [1]);
    expect(one.shapes.some((shape) => shape.kind === 'box' && shape.color === black)).toBe(false);
    expect(one.description).toBe('Cosines from 1.00 to 1.00.');
    expect(outside(one)).toEqual([]);
  });

  test.each<[NamedInput[], number[], string]>([
    [[], [], 'expected 1 to 100 inputs in a matrix, got 0'],
    [inputs, [1, 2], 'expected 9 cosines, got 2'],
    [[text('a')], [Number.POSITIVE_INFINITY], 'expected finite cosines, got Infinity'],
  ])('%j is an error', (given, cosinesOfThem, message) => {
    expect(() => inputMatrix(given, cosinesOfThem)).toThrow(new RangeError(message));
  });
});

test('its files are the same bytes each time, and the SVG is well-formed', () => {
  const again = similarityMatrix({ ...matrix });
  expect(toSvg(again)).toBe(toSvg({ ...drawing, shapes }));
  expect(Buffer.compare(toPixels(again).data, toPixels({ ...drawing, shapes }).data)).toBe(0);
  const root = parseXml(toSvg(again));
  expect(
    elementsOf(root)
      .filter(({ name }) => name === 'text')
      .map(({ text }) => text),
  ).toContain(texts[1]);
});

test.each<[string, Partial<SimilarityMatrix>, string]>([
  ['no text', { texts: [], cosines: [] }, 'expected 1 to 100 texts in a matrix, got 0'],
  [
    'too many pictures',
    { pictures: Array(MAX_SIDE + 1).fill({ name: 'a' }) },
    'expected 1 to 100 pictures in a matrix, got 101',
  ],
  ['a cosine too few', { cosines: [1, 2, 3, 4, 5] }, 'expected 6 cosines, got 5'],
  ['no number', { cosines: [1, 2, 3, 4, 5, Number.NaN] }, 'expected finite cosines, got NaN'],
])('%s is an error', (_, part, message) => {
  expect(() => similarityMatrix({ ...matrix, ...part })).toThrow(new RangeError(message));
});
