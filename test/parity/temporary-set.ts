/** Sets of cases that a test writes for itself, below the system's temporary folder. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporarySet {
  readonly root: string;
  /** Writes a file (an object as JSON), with the folders it needs. */
  write(path: string, content: object | string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

export async function temporarySet(): Promise<TemporarySet> {
  const root = await mkdtemp(join(tmpdir(), 'internvl-parity-'));
  return {
    root,
    async write(path, content) {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      const isRaw = typeof content === 'string' || content instanceof Uint8Array;
      await writeFile(file, isRaw ? content : JSON.stringify(content));
    },
    remove: () => rm(root, { recursive: true }),
  };
}

/** The bytes of a safetensors file of float32 tensors. */
export function safetensorsOf(tensors: Record<string, { shape: number[]; data: number[] }>): Uint8Array {
  let offset = 0;
  const header: Record<string, object> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + 4 * data.length] };
    offset += 4 * data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
  const values = Object.values(tensors).flatMap(({ data }) => data);
  return Buffer.concat([length, json, new Uint8Array(new Float32Array(values).buffer)]);
}
