/** JSON that comes from outside: parsed and checked in one step, with the file and the key in the error. */
import * as v from 'valibot';

/**
 * The JSON `text` of the file `where`, of the form that `schema` describes.
 *
 * @throws Error such as `set/manifest.json: tolerance.relative_l2: expected >=0, got -1`.
 */
export function parseJson<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
  where: string,
): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where}: expected JSON (${error instanceof Error ? error.message : error})`);
  }
  return checkForm(value, schema, where);
}

/** `value`, when it is of the form that `schema` describes. @throws Error as `parseJson` does. */
export function checkForm<Schema extends v.GenericSchema>(
  value: unknown,
  schema: Schema,
  where: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const isMissing = issue.type === 'object' && issue.received === 'undefined';
  const path = v.getDotPath(issue);
  const expected = isMissing ? 'a value' : (issue.expected ?? issue.message);
  throw new Error(`${where}: ${path ? `${path}: ` : ''}expected ${expected}, got ${issue.received}`);
}
