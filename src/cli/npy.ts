/** NumPy's `.npy` format, version 1.0: a header of text, then the numbers as they lie in memory. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]; // \x93NUMPY, version 1.0
const ALIGNMENT = 64;

/**
 * A little-endian float32 array in C order, as `numpy.load` reads it.
 *
 * @throws RangeError when the shape does not fit the data.
 */
export function npyBytes(data: Float32Array, shape: readonly number[]): Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== data.length)
    throw new RangeError(`expected ${size} numbers for [${shape}], got ${data.length}`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const preamble = MAGIC.length + 2;
  const end = Math.ceil((preamble + description.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${description.padEnd(end - preamble - 1)}\n`;

  const bytes = new Uint8Array(end + data.length * 4);
  bytes.set(MAGIC);
  const view = new DataView(bytes.buffer);
  view.setUint16(MAGIC.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), preamble);
  for (const [i, value] of data.entries()) view.setFloat32(end + i * 4, value, true);
  return bytes;
}
