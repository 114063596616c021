/** The parameters of a case that are not tensors, checked where they are read. */
import * as v from 'valibot';

import type { ParityCase } from './parity-case.js';
import { checkForm } from './parse-json.js';

/** The parameter `name`, of the form that `schema` describes. @throws Error naming it when it is not. */
export function param<Schema extends v.GenericSchema>(
  { manifest }: ParityCase,
  name: string,
  schema: Schema,
): v.InferOutput<Schema> {
  return checkForm(manifest.params[name], schema, `params.${name}`);
}

export const numberParam = (parityCase: ParityCase, name: string) => param(parityCase, name, v.number());
export const numbersParam = (parityCase: ParityCase, name: string) =>
  param(parityCase, name, v.array(v.number()));
export const stringsParam = (parityCase: ParityCase, name: string) =>
  param(parityCase, name, v.array(v.string()));
