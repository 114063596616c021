import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import type { Drawing, Shape } from '../../src/visual/drawing.js';
import { toSvg } from '../../src/visual/svg.js';
import { elementsOf, parseXml } from './xml.js';

const color = [255, 0, 16] as const;
const drawing = (...shapes: Shape[]): Drawing => {
  return { width: 20, height: 10.126, title: 'A & B', description: 'a <b>', shapes };
};
const shapesIn = (...shapes: Shape[]) => parseXml(toSvg(drawing(...shapes))).children.slice(3);
const words = (text: string): Shape => ({ kind: 'words', x: 1, y: 2, text, color });

test('it says what it is, to those who see it and to those who do not', () => {
  const root = parseXml(toSvg(drawing()));
  expect([root.name, root.attributes.role, root.attributes.viewBox]).toEqual(['svg', 'img', '0 0 20 10.13']);
  expect(root.children.map(({ name, text }) => [name, text])).toEqual([
    ['title', 'A & B'],
    ['desc', 'a <b>'],
    ['rect', ''],
  ]);
  expect(root.children[2]?.attributes.fill).toBe('#ffffff');
});

test('each shape is an element', () => {
  const found = shapesIn(
    { kind: 'box', x: 1 / 3, y: 0, width: 2, height: 3, color, hint: 'a hint' },
    { kind: 'words', x: 5, y: 6, text: 'up', color, anchor: 'middle', isUpright: true },
    { kind: 'line', points: [[0, 1 / 3], [5, 6], [7, 8]], width: 2, color }, // biome-ignore format: points
  );
  expect(found.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['rect', { x: '0.33', y: '0', width: '2', height: '3', fill: '#ff0010' }],
    ['text', { x: '5', y: '6', fill: '#ff0010', transform: 'rotate(-90 5 6)', 'text-anchor': 'middle' }],
    [
      'path',
      {
        d: 'M0 0.33L5 6L7 8',
        fill: 'none',
        stroke: '#ff0010',
        'stroke-width': '2',
        'stroke-linejoin': 'round',
      },
    ],
  ]);
  expect(found[0]?.children[0]).toMatchObject({ name: 'title', text: 'a hint' });
  expect(found[1]?.text).toBe('up');
});

test('a photograph lies in the file, dot for dot', () => {
  const data = Uint8Array.from({ length: 30 * 20 * 3 }, (_, i) => (i * 7919) >> 3);
  const image = { width: 30, height: 20, data };
  const [print] = shapesIn({ kind: 'print', x: 0, y: 0, width: 3, height: 2, image });
  const [head, base64 = ''] = (print?.attributes.href ?? '').split(',');
  expect(head).toBe('data:image/png;base64');
  expect(decodeImage(Buffer.from(base64, 'base64'))).toEqual(image);
});

describe('a hostile label stays a label', () => {
  test.each([
    '</text><script>alert(1)</script>',
    '"><image href="http://example.org/x.png"/>',
    "&lt; ' ]]> <!-- --> <![CDATA[",
    'a &amp; b &#0; &unknown;',
  ])('%s', (text) => {
    const [label, ...others] = shapesIn(words(text));
    expect([label?.text, label?.children, others]).toEqual([text, [], []]);
    const [box] = shapesIn({ kind: 'box', x: 0, y: 0, width: 1, height: 1, color, hint: text });
    expect(elementsOf(box ?? label ?? parseXml('<a/>')).map(({ name }) => name)).toEqual(['rect', 'title']);
  });

  test('characters that XML does not know are replaced', () => {
    expect(shapesIn(words('a\u0000\u001b[31m\ud800\uffffb'))[0]?.text).toBe('a\ufffd\ufffd[31m\ufffd\ufffdb');
    expect(shapesIn(words('ok: 🐕 猫 é\t'))[0]?.text).toBe('ok: 🐕 猫 é\t');
  });
});

test.each([
  '<a>',
  '<a></b>',
  '<a>&</a>',
  '<a>&x;</a>',
  '<a b="<"/>',
  '<a b="1" b="2"/>',
  '<a/><a/>',
  '<a>\u0001</a>',
])('the parser of these tests refuses %j', (text) => {
  expect(() => parseXml(text)).toThrow();
});
