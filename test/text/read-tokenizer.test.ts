import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import { tokenizerFromJson } from '../../src/text/json-tokenizer.js';
import { readTokenizer } from '../../src/text/read-tokenizer.js';
import { smallModelFile } from './small-tokenizer.js';

/** A byte-fallback BPE of a few pieces in the form that converters of LLaMA vocabularies write. */
const vocabulary = [
  '<unk>',
  '<s>',
  '</s>',
  '▁',
  'a',
  'c',
  't',
  '▁a',
  'at',
  'cat',
  '▁cat',
  '<0xF0>',
  '<0x9F>',
];
const tokenizerJson = {
  version: '1.0',
  added_tokens: [0, 1, 2].map((id) => ({ id, content: vocabulary[id], special: true, normalized: false })),
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Prepend', prepend: '▁' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  },
  pre_tokenizer: null,
  post_processor: null,
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  model: {
    type: 'BPE',
    unk_token: '<unk>',
    byte_fallback: true,
    vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    merges: ['▁ a', 'a t', 'c at', '▁ cat'],
  },
};
const json = JSON.stringify(tokenizerJson);

describe('tokenizerFromJson', () => {
  const tokenizer = tokenizerFromJson(json);

  test('encodes without specials and decodes', () => {
    expect(tokenizer.encode('a cat').map(tokenizer.idToPiece)).toEqual(['▁a', '▁cat']);
    expect(tokenizer.decode([1, ...tokenizer.encode('a cat'), 2])).toBe('a cat');
    expect(tokenizer.decode([])).toBe('');
    const { bosId, eosId, unkId, padId, vocabSize } = tokenizer;
    expect([bosId, eosId, unkId, padId, vocabSize]).toEqual([1, 2, 0, 0, 13]);
  });

  test('streams', () => {
    const stream = tokenizer.stream();
    expect([7, 11, 12, 10].map((id) => stream.push(id)).join('') + stream.end()).toBe(
      tokenizer.decode([7, 11, 12, 10]),
    );
    expect(() => tokenizer.idToPiece(99)).toThrow('expected the id of a token, got 99');
  });

  test('takes the names of its specials from the configuration', () => {
    const config = JSON.stringify({ bos_token: { content: '</s>' }, eos_token: 'cat' });
    const { bosId, eosId } = tokenizerFromJson(json, config);
    expect([bosId, eosId]).toEqual([2, 9]);
    expect(() => tokenizerFromJson(json, '{"eos_token":"<end>"}')).toThrow(
      'eos_token: expected a token of the vocabulary',
    );
  });

  test('anything else is an error of one line', () => {
    for (const wrong of [
      '',
      'nonsense',
      '[]',
      'null',
      '3',
      '{}',
      '{"model":{}}',
      '{"model":3,"decoder":null}',
    ]) {
      expect(() => tokenizerFromJson(wrong), wrong).toThrow(/^tokenizer.json: expected .*$/);
    }
    const value = fc.jsonValue().map((part) => JSON.stringify({ ...tokenizerJson, model: part }));
    fc.assert(fc.property(value, (text) => endsInError(() => tokenizerFromJson(text))));
  });
});

describe('readTokenizer', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'internvl-tokenizer-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('prefers tokenizer.model, takes tokenizer.json otherwise', async () => {
    writeFileSync(join(folder, 'tokenizer.json'), json);
    expect((await readTokenizer(diskFolder(folder))).vocabSize).toBe(13);
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ bos_token: 'cat' }));
    expect((await readTokenizer(diskFolder(folder))).bosId).toBe(9);
    copyFileSync(smallModelFile, join(folder, 'tokenizer.model'));
    expect((await readTokenizer(diskFolder(folder))).vocabSize).toBe(1800);
  });

  test('names the folder when it has neither', async () => {
    await expect(readTokenizer(diskFolder(folder))).rejects.toThrow(
      `${folder}: expected tokenizer.model or tokenizer.json, got neither; copy`,
    );
    await expect(readTokenizer(diskFolder(join(folder, 'absent')))).rejects.toThrow('got neither');
  });

  test('names the file that is damaged', async () => {
    writeFileSync(join(folder, 'tokenizer.json'), '<html>');
    await expect(readTokenizer(diskFolder(folder))).rejects.toThrow(
      /tokenizer.json: .*expected JSON.*\(the file is damaged/,
    );
    writeFileSync(join(folder, 'tokenizer.model'), Uint8Array.of(0x0a, 0x7f));
    const file = join(folder, 'tokenizer.model');
    await expect(readTokenizer(diskFolder(folder))).rejects.toThrow(
      `${file}: byte 2: expected 127 more bytes, got 0 (the file`,
    );
    truncateSync(file, 2 ** 28 + 1); // it takes no room
    await expect(readTokenizer(diskFolder(folder))).rejects.toThrow(
      `${file}: cannot be read: expected at most`,
    );
  });
});

function endsInError(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    return error instanceof Error && !error.message.includes('\n');
  }
}
