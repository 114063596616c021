import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { EngineError } from '../../src/simd/engine-error.js';
import { EngineHeap } from '../../src/simd/engine-heap.js';

const PAGE = 65536;
const heapOf = (pages: number, limit = pages) =>
  new EngineHeap(new WebAssembly.Memory({ initial: pages, maximum: 65536 }), limit * PAGE);

test('what is given out is aligned, apart from everything else, and never at address 0', () => {
  const heap = heapOf(1);
  const addresses = [1, 128, 200].map((bytes) => heap.allocate(bytes));
  expect(addresses).toEqual([128, 256, 384]);
  expect(heap.usedBytes).toBe(128 + 128 + 256);
});

test('freed neighbours join, so that a larger piece fits where smaller ones were', () => {
  const heap = heapOf(1);
  const [a, b, c] = [heap.allocate(20_000), heap.allocate(20_000), heap.allocate(20_000)];
  for (const address of [a, c, b]) heap.free(address);
  expect(heap.allocate(60_000)).toBe(a);
});

test('memory grows when nothing fits', () => {
  const heap = heapOf(1, 1000);
  const address = heap.allocate(10 * PAGE);
  expect(heap.memory.buffer.byteLength).toBeGreaterThanOrEqual(address + 10 * PAGE);
});

test('beyond the limit nothing is given out, and what was given stays usable', () => {
  const heap = heapOf(2, 3);
  const kept = heap.allocate(PAGE);
  expect(() => heap.allocate(3 * PAGE)).toThrow(EngineError);
  expect(() => heap.allocate(3 * PAGE)).toThrow(
    'expected room for 196608 bytes more, got an engine memory of 131072 of at most 196608 bytes',
  );
  heap.free(kept);
  expect(heap.usedBytes).toBe(0);
});

test('a system that refuses to enlarge memory is told as such', () => {
  const heap = new EngineHeap(new WebAssembly.Memory({ initial: 1, maximum: 1 }), 100 * PAGE);
  expect(() => heap.allocate(2 * PAGE)).toThrow('which the system refuses to enlarge');
});

test('an address that was not given out, or was given back, is refused', () => {
  const heap = heapOf(1);
  const address = heap.allocate(10);
  heap.free(address);
  expect(() => heap.free(address)).toThrow(`expected an address that was given out, got ${address}`);
});

test('whatever is taken and given back, pieces never overlap and all memory comes back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ bytes: fc.nat(9000), isFree: fc.boolean(), which: fc.nat() })),
      (steps) => {
        const heap = heapOf(1, 4000);
        const pieces: { start: number; end: number }[] = [];
        for (const { bytes, isFree, which } of steps) {
          if (isFree && pieces.length > 0) {
            const [piece] = pieces.splice(which % pieces.length, 1);
            heap.free(piece?.start ?? -1);
          } else {
            const start = heap.allocate(bytes);
            expect(pieces.every((piece) => start + bytes <= piece.start || start >= piece.end)).toBe(true);
            pieces.push({ start, end: start + bytes });
          }
        }
        for (const { start } of pieces) heap.free(start);
        expect(heap.usedBytes).toBe(0);
        expect(heap.allocate(heap.memory.buffer.byteLength - 128)).toBe(128); // one piece again
      },
    ),
    { numRuns: 100 },
  );
});
