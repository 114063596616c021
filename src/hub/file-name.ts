/**
 * Names of files inside of a model's folder. They come from servers and index files, and must not lead out
 * of it.
 */

/**
 * The name, when it is a relative path of plain parts such as `model-00001-of-00003.safetensors`.
 *
 * @throws Error naming where a bad one comes from.
 */
export function checkFileName(name: string, from: string): string {
  const parts = name.split('/');
  const isPlain = parts.every((part) => /^[^\\:\p{Cc}]+$/u.test(part) && part !== '.' && part !== '..');
  if (isPlain) return name;
  throw new Error(`${from}: expected a file name inside of the model's folder, got ${JSON.stringify(name)}`);
}
