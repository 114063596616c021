/**
 * Values a model begins with, by the official name of each parameter.
 *
 * Matrices are uniform in ±1/√In (PyTorch's default for linear layers); the position table is a
 * two-dimensional sine-cosine of amplitude 1, which a small model learns from much faster than from noise.
 */
import type { FloatSource } from '../checkpoint/float-source.js';
import { createRandom } from '../emojiworld/random.js';

/** Standard deviation of token rows and of the class token. */
const EMBEDDING_STD = 0.05;

export interface InitialOptions {
  readonly seed: number;
  /** LayerScale at the start. */
  readonly layerScale: number;
  /** 1/temperature at the start. */
  readonly scale: number;
}

/** A source of initial values: the same name, shape and seed always give the same values. */
export function initialValues(options: InitialOptions): FloatSource {
  return {
    shapeOf: () => undefined,
    async read(name, shape, rows) {
      const values = valuesOf(name, shape, options);
      const rowLength = shape.slice(1).reduce((product, size) => product * size, 1);
      return rows ? values.slice(rows.start * rowLength, (rows.start + rows.count) * rowLength) : values;
    },
  };
}

function valuesOf(
  name: string,
  shape: readonly number[],
  options: InitialOptions,
): Float32Array<ArrayBuffer> {
  const size = shape.reduce((product, n) => product * n, 1);
  const filled = (value: number) => new Float32Array(size).fill(value);
  if (name === 'logit_scale') return filled(Math.log(options.scale));
  if (/\.ls[12]$/.test(name)) return filled(options.layerScale);
  if (name.endsWith('position_embedding')) return sineCosineTable(shape[1] ?? 0, shape[2] ?? 0);
  if (shape.length === 1) return filled(name.endsWith('.weight') ? 1 : 0);

  const random = createRandom(options.seed, name);
  if (/(class_embedding|embed_tokens\.weight|query_tokens)$/.test(name)) {
    return filled(0).map(() => random.normal() * EMBEDDING_STD);
  }
  const fanIn = name === 'text_projection' ? (shape[0] ?? 1) : size / (shape[0] ?? 1);
  return filled(0).map(() => random.between(-1, 1) / Math.sqrt(fanIn));
}

/**
 * [sin(y·ω) ‖ cos(y·ω) ‖ sin(x·ω) ‖ cos(x·ω)] with C/4 frequencies ω = 10000^(−4j/C); row 0, the class
 * token's, is 0.
 *
 * Source: MoCo v3 (Chen et al. 2021), the fixed table of a ViT.
 */
function sineCosineTable(rows: number, C: number): Float32Array<ArrayBuffer> {
  const side = Math.sqrt(rows - 1);
  if (!Number.isInteger(side) || C % 4 !== 0) {
    throw new RangeError(
      `position table: expected 1 + a square of rows and C a multiple of 4, got [${rows}, ${C}]`,
    );
  }
  const table = new Float32Array(rows * C);
  for (let n = 0; n < side * side; n++) {
    const row = table.subarray((n + 1) * C, (n + 2) * C);
    const [y, x] = [Math.floor(n / side), n % side];
    for (let j = 0; j < C / 4; j++) {
      const frequency = 10000 ** ((-4 * j) / C);
      row[j] = Math.sin(y * frequency);
      row[C / 4 + j] = Math.cos(y * frequency);
      row[C / 2 + j] = Math.sin(x * frequency);
      row[(3 * C) / 4 + j] = Math.cos(x * frequency);
    }
  }
  return table;
}
