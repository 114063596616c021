/**
 * The words in which `config.json` files are read: numbers with the defaults of the official classes, values that
 * must be the one that is supported, and errors that name file and key.
 */
import * as v from 'valibot';

import { shown } from './json-text.js';

export const whole = (smallest: number) => {
  const message = `an integer of at least ${smallest}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(smallest, message));
};
export const size = (fallback: number) => v.nullish(whole(1), fallback);
export const id = (fallback: number) => v.nullish(whole(0), fallback);
export const real = (fallback: number) => {
  const message = 'a number of at least 0';
  return v.nullish(v.pipe(v.number(message), v.minValue(0, message)), fallback);
};
export const flag = (fallback: boolean) => v.nullish(v.boolean('true or false'), fallback);
/** A key whose one supported value is `value`; leaving it out means the same. */
export const only = <const Value extends string | boolean>(value: Value) =>
  v.nullish(v.literal(value, `${JSON.stringify(value)} (others are not supported)`), value);
export const none = v.nullish(v.null('null (others are not supported)'));

/** What `schema` makes of the file. @throws TypeError naming the key. */
export function parseFields<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const expected = issue.type === 'object' ? 'an object' : issue.message;
  throw new TypeError(
    `${where}:${path === null ? '' : ` ${path}:`} expected ${expected}, got ${shown(issue.input)}`,
  );
}

/** @throws Error when the file says it describes another kind of model, or describes nothing. */
export function refuseKind(json: unknown, where: string, kinds: readonly string[]): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TypeError(`${where}: expected an object, got ${shown(json)}`);
  }
  const { model_type: kind = kinds[0] } = json as { model_type?: unknown };
  if (!kinds.includes(String(kind))) {
    throw new Error(`${where}: model_type: expected ${kinds.join(' or ')}, got ${shown(kind)}`);
  }
}

/** @throws RangeError when the heads do not divide the channels. */
export function checkHeads(
  { hidden_size: C, num_attention_heads: H }: { hidden_size: number; num_attention_heads: number },
  where: string,
): void {
  if (C % H !== 0) throw new RangeError(`${where}: expected heads that divide ${C} channels, got ${H}`);
}
