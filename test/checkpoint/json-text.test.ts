import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseJsonText } from '../../src/checkpoint/json-text.js';

describe('JSON of unknown origin', () => {
  test('what JSON.parse reads is read, when no object has a key twice', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJsonText(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('a key twice in one object, at any depth and however it is escaped, is refused', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 1 }), (key, value) => {
      const [plain, rest] = [JSON.stringify(key), key.slice(1)];
      const escaped =
        key === ''
          ? '""'
          : `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(rest).slice(1)}`;
      expect(() => parseJsonText(`[{"":[{${plain}: ${value}, ${escaped} :1}]}]`)).toThrow(
        'expected each name once',
      );
      expect(parseJsonText(`[{${plain}:[{${plain}:[]}]},{${plain}:${plain}}]`)).toBeDefined();
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('strings of any length, and any space between key and colon', () => {
    expect(parseJsonText(`{"a":"${'x\\\\'.repeat(5e6)}","b"\n :1}`)).toMatchObject({ b: 1 });
    expect(() => parseJsonText(`{"a"${'\n\t '.repeat(999)}:1,"a":2}`)).toThrow('got "a" twice');
  });

  test('the error is one line', () => {
    expect(() => parseJsonText('<html>\n  <body>\n')).toThrow(/^expected JSON, got [^\n]+$/);
  });
});
