/** The best few of many scores, in one pass: a heap of those so far, the worst of them at its root. */

export interface Scored {
  readonly index: number;
  readonly score: number;
}

/** Collects the `count` best scores; of equal ones, the lower index is better. */
export class TopK {
  readonly #count: number;
  readonly #heap: Scored[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  offer(score: number, index: number): void {
    const heap = this.#heap;
    const worst = heap[0];
    if (heap.length < this.#count) this.#rise({ index, score });
    else if (worst !== undefined && score >= worst.score) this.#replaceWorst({ index, score });
  }

  /** What was kept, best first. */
  sorted(): Scored[] {
    return [...this.#heap].sort((a, b) => (isWorse(a, b) ? 1 : -1));
  }

  #rise(item: Scored): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Scored; // parent < at <= length
      if (!isWorse(item, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = item;
  }

  #replaceWorst(item: Scored): void {
    const heap = this.#heap;
    if (isWorse(item, heap[0] as Scored)) return; // the heap is full
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < heap.length && isWorse(heap[right] as Scored, heap[child] as Scored)) child = right;
      const below = heap[child] as Scored; // child < length
      if (!isWorse(below, item)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = item;
  }
}

function isWorse(a: Scored, b: Scored): boolean {
  return a.score < b.score || (a.score === b.score && a.index > b.index);
}
