/** Copies rows of bytes whose distances differ: parts of longer rows, or rows into parts of longer ones. */

/** Above this many bytes a row, the engine's own copy is faster than the loop. */
const LONG: usize = 1024;

@unmanaged
class CopyRowsJob {
  from: usize;
  fromStride: usize;
  to: usize;
  toStride: usize;
  rows: i32;
  bytes: usize;
  rowsPerUnit: i32;
}

export function copyRowsUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<CopyRowsJob>(fields);
  const bytes = job.bytes;
  const first = unit * job.rowsPerUnit;
  let from = job.from + <usize>first * job.fromStride;
  let to = job.to + <usize>first * job.toStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    if (bytes > LONG) memory.copy(to, from, bytes);
    else copyRow(from, bytes, to);
    from += job.fromStride;
    to += job.toStride;
  }
}

/** toᵢ = fromᵢ for every byte i. */
function copyRow(from: usize, bytes: usize, to: usize): void {
  const end = from + bytes;
  const blocks = from + (bytes & ~63);
  const whole = from + (bytes & ~15);
  const words = from + (bytes & ~3);
  while (from < blocks) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    from += 64;
    to += 64;
  }
  while (from < whole) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  while (from < words) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
  while (from < end) {
    store<u8>(to, load<u8>(from));
    from++;
    to++;
  }
}
