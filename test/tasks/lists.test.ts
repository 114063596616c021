import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkDistinct, decodeUtf8, parseList } from '../../src/tasks/lists.js';
import { parsePairs } from '../../src/tasks/pairs.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('lists', () => {
  test('are one entry a line, whatever ends a line', () => {
    expect(parseList('cat\r\n dog \n\n狗\r', 'x')).toEqual(['cat', 'dog', '狗']);
  });

  test('or a JSON array of strings', () => {
    expect(parseList(' ["cat", "a, b"]\n', 'x')).toEqual(['cat', 'a, b']);
    expect(() => parseList('["cat", 3]', 'labels.json')).toThrow(
      'labels.json: expected strings, got 3 as entry 2',
    );
    expect(() => parseList('["cat"', 'labels.json')).toThrow('labels.json: expected JSON');
  });

  test('that hold nothing are an error', () => {
    expect(() => parseList(' \n\n', 'labels.txt')).toThrow('labels.txt: expected one entry a line');
    expect(() => parseList('[]', 'labels.txt')).toThrow('got an empty list');
  });

  test('name both places of an entry that stands twice', () => {
    expect(() => checkDistinct(['a', 'b', 'a'], 'x')).toThrow("x: 'a' stands twice, as entries 1 and 3");
    expect(() => checkDistinct(['a', 'b'], 'x')).not.toThrow();
  });
});

describe('encodings', () => {
  test('UTF-8 with and without a byte order mark', () => {
    expect(decodeUtf8(bytes('né'), 'x')).toBe('né');
    expect(decodeUtf8(bytes('\uFEFFné'), 'x')).toBe('né');
  });

  test('UTF-16, Latin-1 and binary files are refused with the remedy', () => {
    const utf16 = new Uint8Array(Buffer.from('\uFEFFcat', 'utf16le'));
    expect(() => decodeUtf8(utf16, 'l.txt')).toThrow(
      'l.txt: expected UTF-8 text, got UTF-16; convert it: iconv',
    );
    const latin1 = new Uint8Array(Buffer.from('cat\ncafé\n', 'latin1'));
    expect(() => decodeUtf8(latin1, 'l.txt')).toThrow('got other bytes in line 2; if it is Latin-1: iconv');
    expect(() => decodeUtf8(Uint8Array.of(0x50, 0x4b, 0), 'l.zip')).toThrow('got binary data');
  });

  test('any bytes give a text or an error that names the file', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        try {
          decodeUtf8(data, 'some.txt');
        } catch (error) {
          expect(String(error)).toContain('some.txt: expected UTF-8 text');
        }
      }),
    );
  });
});

describe('pairs', () => {
  test('from lines, a picture with several texts', () => {
    expect(parsePairs('a.png\tone\na.png\ttwo\n\n', 'x')).toEqual([
      { image: 'a.png', text: 'one' },
      { image: 'a.png', text: 'two' },
    ]);
  });

  test('from both forms of JSON', () => {
    const expected = [
      { image: 'a.png', text: 'one' },
      { image: 'a.png', text: 'two' },
    ];
    expect(parsePairs('{"a.png": ["one", "two"]}', 'x')).toEqual(expected);
    expect(parsePairs('[{"image": "a.png", "text": ["one", "two"]}]', 'x')).toEqual(expected);
  });

  test('say which line or entry is wrong', () => {
    expect(() => parsePairs('a.png one', 'p.tsv')).toThrow('p.tsv: expected image<TAB>text in line 1');
    expect(() => parsePairs('[{"file": 1}]', 'p.json')).toThrow('p.json: entry 1: expected { "image"');
    expect(() => parsePairs('{"a.png": 7}', 'p.json')).toThrow('p.json: a.png: expected a picture');
    expect(() => parsePairs('\n', 'p.tsv')).toThrow(
      'p.tsv: expected image<TAB>text lines or JSON, got no pair',
    );
  });
});
