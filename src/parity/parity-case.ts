/**
 * One case with its files: the inputs, the expectations, the checkpoint. Files are opened when they are first
 * asked for and closed with the case.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

import { toFloat32 } from '../checkpoint/dtype.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { syntheticKey, syntheticValues } from '../checkpoint/synthetic-weights.js';
import { elementCount, type TensorSource, tensorInfo } from '../checkpoint/tensor-source.js';
import type { Values } from './compare.js';
import { type CaseLocation, resolveWithin } from './find-cases.js';
import { type Manifest, parseManifest } from './manifest.js';
import { checkForm, parseJson } from './parse-json.js';

const generatedRule = v.object({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  scale: v.number(),
  offset: v.number(),
  seed: v.optional(v.pipe(v.number(), v.integer())),
});
const generatedSchema = v.optional(v.record(v.string(), generatedRule), {});

const tensorFile = 'tensors.safetensors';

export class ParityCase {
  readonly #files = new Map<string, Promise<TensorSource>>();

  private constructor(
    readonly location: CaseLocation,
    readonly manifest: Manifest,
    /** Input name → key. */
    readonly inputs: ReadonlyMap<string, string>,
    /** Output name → key, in the order in which the manifest lists them. */
    readonly expect: ReadonlyMap<string, string>,
  ) {}

  /** Reads the manifest of the case. */
  static async open(location: CaseLocation): Promise<ParityCase> {
    const where = join(location.folder, 'manifest.json');
    const manifest = parseManifest(await readFile(where, 'utf8'), where, location.name);
    const { inputs, expect, data } = manifest;
    const needsKeys = inputs === undefined || (expect === undefined && data === undefined);
    const keys = needsKeys ? await keysOf(join(location.folder, tensorFile)) : [];
    const inputMap = inputs ? Object.entries(inputs) : keys.filter(isInput).map(withoutPrefix('in.'));
    const expectMap = expect ? Object.entries(expect) : keys.filter(isOutput).map(withoutPrefix('out.'));
    return new ParityCase(location, manifest, new Map(inputMap), new Map(expectMap));
  }

  /** The input `name`, stored or generated. */
  async input(name: string): Promise<Values> {
    const { generated_inputs: rules } = this.manifest.params;
    const generated = checkForm(rules, generatedSchema, 'params.generated_inputs')[name];
    if (generated) {
      const { weights } = this.manifest;
      const seed = generated.seed ?? (typeof weights === 'object' ? weights?.synthetic : undefined);
      if (seed === undefined) throw new Error(`generated input ${name}: expected a seed, got none`);
      const range = { start: 0, count: elementCount(generated.shape) };
      const key = syntheticKey(generated.name, seed);
      return { shape: generated.shape, data: syntheticValues(key, generated.scale, generated.offset, range) };
    }
    const key = this.inputs.get(name);
    if (key === undefined) throw new Error(`expected the input ${name}, got ${list(this.inputs.keys())}`);
    return this.#tensor(key);
  }

  /** The expected value of output `name`. */
  async expected(name: string): Promise<Values> {
    const key = this.expect.get(name);
    if (key === undefined) throw new Error(`expected the output ${name}, got ${list(this.expect.keys())}`);
    return this.#tensor(key);
  }

  /** The mask of the rows of `name` that count: an input, or `expect:<name>`. */
  async rowMask(name: string): Promise<Values | undefined> {
    const mask = Object.hasOwn(this.manifest.rows, name) ? this.manifest.rows[name] : undefined;
    if (mask === undefined) return undefined;
    return mask.startsWith('expect:') ? this.expected(mask.slice('expect:'.length)) : this.input(mask);
  }

  /** The JSON file of the case, of the form that `schema` describes. */
  async data<Schema extends v.GenericSchema>(schema: Schema): Promise<v.InferOutput<Schema>> {
    if (this.manifest.data === undefined) throw new Error('expected "data" in the manifest, got none');
    const path = this.path(this.manifest.data);
    return parseJson(await readFile(path, 'utf8'), schema, path);
  }

  /** The text parameter `name`, as a path within the case. */
  filePath(name: string): string {
    const path = this.manifest.params[name];
    if (typeof path !== 'string')
      throw new Error(`params.${name}: expected a file name, got ${String(path)}`);
    return this.path(path);
  }

  /** A file named relative to the case folder. */
  path(path: string): string {
    return resolveWithin(this.location.root, this.location.folder, path);
  }

  async close(): Promise<void> {
    const opened = [...this.#files.values()];
    this.#files.clear();
    for (const file of await Promise.allSettled(opened)) {
      if (file.status === 'fulfilled') await file.value.close();
    }
  }

  /** A key is `a` (own file) or `path#a`. */
  async #tensor(reference: string): Promise<Values> {
    const hash = reference.indexOf('#');
    const path = this.path(hash < 0 ? tensorFile : reference.slice(0, hash));
    const key = reference.slice(hash + 1);
    const opened = this.#files.get(path) ?? openCheckpoint(path, { names: 'stored' });
    this.#files.set(path, opened);
    return readValues(await opened, key);
  }
}

/** One stored tensor: ids and pixels stay integers, floats of any kind become float32. */
async function readValues(source: TensorSource, key: string): Promise<Values> {
  const { dtype, shape } = tensorInfo(source, key);
  const bytes = await source.read(key);
  if (dtype === 'F64') return { shape, data: new Float64Array(bytes.slice().buffer) };
  if (dtype === 'I32') return { shape, data: new Int32Array(bytes.slice().buffer) };
  return { shape, data: toFloat32(bytes, dtype) };
}

/** What a tensor file holds; nothing when there is none, since a case may have no tensors of its own. */
async function keysOf(file: string): Promise<string[]> {
  if (!existsSync(file)) return [];
  const source = await openCheckpoint(file, { names: 'stored' });
  try {
    return [...source.infos.keys()];
  } finally {
    await source.close();
  }
}

const isInput = (key: string) => key.startsWith('in.');
const isOutput = (key: string) => key.startsWith('out.') || key.startsWith('trace.');

function withoutPrefix(prefix: string): (key: string) => [string, string] {
  return (key) => [key.startsWith(prefix) ? key.slice(prefix.length) : key, key];
}

function list(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}
