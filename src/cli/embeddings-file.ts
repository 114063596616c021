/** Embeddings as a file: `.npy` for NumPy, `.safetensors` with names, `.json` for everything else. */
import { encodeSafetensors, floatTensor } from '../checkpoint/safetensors-bytes.js';
import { type Embeddings, stackEmbeddings } from '../tasks/embeddings.js';
import { usageError } from './exit-code.js';
import { npyBytes } from './npy.js';

export interface NamedEmbeddings {
  readonly kind: 'images' | 'texts';
  readonly names: readonly string[];
  readonly embeddings: Embeddings;
}

const FORMATS = ['npy', 'json', 'safetensors'] as const;
type Format = (typeof FORMATS)[number];

/** The format by the file's ending. @throws a usage error for another ending. */
export function outputFormat(path: string): Format {
  const format = FORMATS.find((ending) => path.endsWith(`.${ending}`));
  if (!format) throw usageError(`--out expects a name ending in .npy, .json or .safetensors, got '${path}'`);
  return format;
}

/** The bytes of the file; `raw` takes the vectors before they were brought to length 1. */
export async function embeddingsFile(
  format: Format,
  parts: readonly NamedEmbeddings[],
  raw: boolean,
): Promise<Uint8Array> {
  if (format === 'npy') {
    const all = stackEmbeddings(parts.map(({ embeddings }) => embeddings));
    return npyBytes(raw ? all.raw : all.data, [all.rows, all.width]);
  }
  return format === 'json' ? jsonBytes(parts, raw) : safetensorsBytes(parts, raw);
}

/** `{ "width": …, "images": [{ "name": …, "embedding": […] }], "texts": […] }`, one row a line. */
function jsonBytes(parts: readonly NamedEmbeddings[], raw: boolean): Uint8Array {
  const width = parts[0]?.embeddings.width ?? 0;
  const lists = parts.map(({ kind, names, embeddings }) => {
    const values = raw ? embeddings.raw : embeddings.data;
    const rows = names.map((name, i) => {
      const embedding = Array.from(values.subarray(i * width, (i + 1) * width));
      return `    ${JSON.stringify({ name, embedding })}`;
    });
    return `  "${kind}": [\n${rows.join(',\n')}\n  ]`;
  });
  return new TextEncoder().encode(`{\n  "width": ${width},\n${lists.join(',\n')}\n}\n`);
}

/** Tensors `images` and `texts` [rows, width]; their names as JSON arrays in the metadata. */
function safetensorsBytes(parts: readonly NamedEmbeddings[], raw: boolean): Promise<Uint8Array> {
  const tensors = parts.map(({ kind, embeddings: { rows, width, ...values } }) =>
    floatTensor(kind, [rows, width], Float32Array.from(raw ? values.raw : values.data)),
  );
  const names = parts.map(({ kind, names: list }) => [`${kind}.names`, JSON.stringify(list)]);
  return encodeSafetensors(tensors, { format: 'pt', ...Object.fromEntries(names) });
}
