/**
 * A model in the ONNX format, as far as the comparison needs it: float32 in and out, constants, nodes in order.
 *
 * Field numbers: `onnx.proto` of ONNX 1.16 (IR version 10).
 */
import { Message } from './protobuf.js';

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 10;
/** Where the data of a tensor is: not in it. */
const EXTERNAL = 1;
/** The operations of ONNX itself, and those that onnxruntime adds. */
const OPERATION_SETS = { '': 21, 'com.microsoft': 1 } as const;

/** A number names a size; a word stands for one that is known when the model runs. */
export type Dimension = number | string;

export interface Value {
  readonly name: string;
  readonly shape: readonly Dimension[];
}

/** An integer is written `{ integer: 1 }`, because ONNX tells it from a float. */
export type Attribute =
  | { readonly integer: number }
  | { readonly float: number }
  | { readonly integers: readonly number[] };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Default: ONNX itself. */
  readonly domain?: keyof typeof OPERATION_SETS;
  readonly outputs?: number;
}

/** Constants that are longer can lie outside of the model, which must be smaller than 2 GB. */
const LONG = 1024;

export class OnnxGraph {
  readonly #nodes: Message[] = [];
  readonly #constants: Message[] = [];
  readonly #outside: string | undefined;
  readonly #outsideBytes: Uint8Array[] = [];
  #outsideLength = 0;
  readonly #names = new Set<string>();

  /** @param outside name of a file that long constants go to: `outsideBytes()` is what it holds. */
  constructor(outside?: string) {
    this.#outside = outside;
  }

  /** Adds a node and returns the name of its first output (the others are `name:1`, `name:2`, …). */
  node(operation: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const { attributes = {}, domain = '', outputs = 1 } = options;
    const output = this.#newName(operation);
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    for (let i = 0; i < outputs; i++) node.text(2, i === 0 ? output : `${output}:${i}`);
    node.text(3, output).text(4, operation);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    this.#nodes.push(domain === '' ? node : node.text(7, domain));
    return output;
  }

  /** A constant tensor. The values are not copied: leave them as they are until the model is written. */
  constant(values: Float32Array, shape: readonly number[]): string {
    return this.#constant(FLOAT, shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** A constant list of integers: a shape, axes. */
  integers(values: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant(INT64, [values.length], bytes);
  }

  /** The file of the model that this graph is. Nodes must have been added in the order of computation. */
  write(inputs: readonly Value[], outputs: readonly Value[]): Uint8Array<ArrayBuffer> {
    const graph = new Message();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, 'bench');
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of inputs) graph.message(11, valueInfo(input));
    for (const output of outputs) graph.message(12, valueInfo(output));
    const model = new Message().integer(1, IR_VERSION).text(2, 'internvl').message(7, graph);
    for (const [domain, version] of Object.entries(OPERATION_SETS)) {
      model.message(8, new Message().text(1, domain).integer(2, version));
    }
    return model.join();
  }

  /** The long constants, one after the other. */
  outsideBytes(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#outsideLength);
    let at = 0;
    for (const bytes of this.#outsideBytes) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    return joined;
  }

  #constant(type: number, shape: readonly number[], bytes: Uint8Array): string {
    const name = this.#newName('constant');
    const tensor = new Message();
    for (const size of shape) tensor.integer(1, size);
    tensor.integer(2, type).text(8, name);
    if (this.#outside === undefined || bytes.length < LONG) tensor.bytes(9, bytes);
    else this.#putOutside(tensor, this.#outside, bytes);
    this.#constants.push(tensor);
    return name;
  }

  #putOutside(tensor: Message, location: string, bytes: Uint8Array): void {
    const place = { location, offset: this.#outsideLength, length: bytes.length };
    for (const [key, value] of Object.entries(place)) {
      tensor.message(13, new Message().text(1, key).text(2, String(value)));
    }
    tensor.integer(14, EXTERNAL);
    this.#outsideBytes.push(bytes);
    this.#outsideLength += bytes.length;
  }

  #newName(kind: string): string {
    const name = `${kind}.${this.#names.size}`;
    this.#names.add(name);
    return name;
  }
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  if ('integer' in value) return message.integer(3, value.integer).integer(20, 2);
  for (const integer of value.integers) message.integer(8, integer);
  return message.integer(20, 7);
}

function valueInfo({ name, shape }: Value): Message {
  const dimensions = new Message();
  for (const size of shape) {
    const dimension = new Message();
    dimensions.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size));
  }
  const tensor = new Message().integer(1, FLOAT).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
