/**
 * The tokenizer of a `tokenizer.json`, through `@huggingface/tokenizers`: for folders that have no
 * `tokenizer.model`.
 *
 * The official InternVL 1.0 checkpoints do have one, and it must be taken: a list of merges cannot express
 * the ties of their vocabulary (see `byte-pair-merges.ts`).
 */
import { Tokenizer as JsonTokenizer } from '@huggingface/tokenizers';

import type { TextStream, Tokenizer } from './tokenizer.js';

/**
 * `json` is the text of `tokenizer.json`, `configJson` that of the `tokenizer_config.json` beside it.
 *
 * @throws Error when a text is not JSON, describes no tokenizer, or names no begin or end of text.
 */
export function tokenizerFromJson(json: string, configJson = '{}'): Tokenizer {
  const config = parseObject('tokenizer_config.json', configJson);
  const tokenizer = construct(parseObject('tokenizer.json', json), config);
  const idOf = (key: string, usual: string) => tokenizer.token_to_id(tokenName(config[key]) ?? usual);
  const decode: Tokenizer['decode'] = (ids, { skipSpecialTokens = true } = {}) =>
    ids.length === 0 ? '' : tokenizer.decode([...ids], { skip_special_tokens: skipSpecialTokens });
  return {
    vocabSize: Math.max(...tokenizer.get_vocab(true).values()) + 1,
    bosId: required('bos_token', idOf('bos_token', '<s>')),
    eosId: required('eos_token', idOf('eos_token', '</s>')),
    unkId: idOf('unk_token', '<unk>') ?? -1,
    padId: idOf('pad_token', '[PAD]') ?? 0,
    encode: (text) =>
      tokenizer.encode(text.replace(/\p{Surrogate}/gu, '\ufffd'), { add_special_tokens: false }).ids,
    decode,
    stream: () => decodingStream(decode),
    idToPiece(id) {
      const piece = tokenizer.id_to_token(id);
      if (piece === undefined) throw new RangeError(`expected the id of a token, got ${id}`);
      return piece;
    },
  };
}

function parseObject(name: string, json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new TypeError(`${name}: expected JSON, got ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError(`${name}: expected an object, got ${JSON.stringify(value)?.slice(0, 40)}`);
}

function construct(json: Record<string, unknown>, config: Record<string, unknown>): JsonTokenizer {
  try {
    const tokenizer = new JsonTokenizer(json, config);
    tokenizer.encode('a');
    return tokenizer;
  } catch (error) {
    throw new TypeError(
      `tokenizer.json: expected a tokenizer, got one that fails: ${(error as Error).message}`,
    );
  }
}

/** Tokens are named by their text, or by an object that holds it. */
function tokenName(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content =
    typeof value === 'object' && value !== null && 'content' in value ? value.content : undefined;
  return typeof content === 'string' ? content : undefined;
}

function required(name: string, id: number | undefined): number {
  if (id !== undefined) return id;
  throw new Error(`${name}: expected a token of the vocabulary, got none; name it in tokenizer_config.json`);
}

/** Decodes all ids at each step and gives out what is new, once its last character is complete. */
function decodingStream(decode: Tokenizer['decode']): TextStream {
  const ids: number[] = [];
  let given = '';
  const giveOut = (text: string): string => {
    const added = text.slice(given.length);
    given = text;
    return added;
  };
  return {
    push(id) {
      ids.push(id);
      const text = decode(ids);
      return text.endsWith('\ufffd') ? '' : giveOut(text);
    },
    end: () => giveOut(decode(ids)),
  };
}
