/** Which tensor goes into which file of a sharded checkpoint, named as in the official ones. */

export interface Shard<T> {
  readonly file: string;
  readonly tensors: readonly T[];
}

/**
 * Tensors in their order, a new shard whenever the next tensor would exceed `maxBytes`. A tensor larger than
 * that gets a shard of its own. One shard alone is `model.safetensors` and needs no index.
 */
export function planShards<T>(
  tensors: readonly T[],
  bytesOf: (tensor: T) => number,
  maxBytes: number,
): Shard<T>[] {
  const groups: T[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor);
    if (groups.length === 0 || bytes > room) {
      groups.push([]);
      room = maxBytes;
    }
    groups.at(-1)?.push(tensor);
    room -= bytes;
  }
  return groups.map((group, i) => ({ file: fileName(i, groups.length), tensors: group }));
}

/** `model.safetensors`, or `model-00001-of-00003.safetensors`. */
function fileName(i: number, count: number): string {
  const padded = (n: number) => String(n).padStart(5, '0');
  return count === 1 ? 'model.safetensors' : `model-${padded(i + 1)}-of-${padded(count)}.safetensors`;
}

/** The text of `model.safetensors.index.json`. */
export function indexJson(shards: readonly Shard<{ name: string }>[], totalSize: number): string {
  const homes = shards.flatMap(({ file, tensors }) => tensors.map(({ name }) => [name, file] as const));
  homes.sort(([a], [b]) => (a < b ? -1 : 1));
  const index = { metadata: { total_size: totalSize }, weight_map: Object.fromEntries(homes) };
  return `${JSON.stringify(index, null, 2)}\n`;
}
