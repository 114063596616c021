/** What is told about a download. The names of the events are those of transformers.js. */

export type HubProgress =
  | { readonly status: 'initiate' | 'download' | 'done'; readonly name: string; readonly file: string }
  | ({ readonly status: 'progress'; readonly name: string; readonly file: string } & Amount)
  | ({ readonly status: 'progress_total'; readonly name: string } & Amount)
  | { readonly status: 'ready'; readonly name: string };

export interface Amount {
  /** Bytes so far; what an earlier run left counts. */
  readonly loaded: number;
  /** Bytes in all; what has come so far where the server does not say. */
  readonly total: number;
  /** Percent. */
  readonly progress: number;
}

/** Tells the steps of one file, and with each the sum over all files. */
export interface ProgressReport {
  start(file: string): void;
  advance(file: string, loaded: number): void;
  done(file: string): void;
}

/** Amounts are told at most this often a file, the last one always. */
const interval = 50; // ms

/** `sizes`: bytes of every file that is to come, undefined where the server does not say. */
export function progressReport(
  name: string,
  sizes: ReadonlyMap<string, number | undefined>,
  tell: (event: HubProgress) => void,
): ProgressReport {
  const loadedOf = new Map<string, number>([...sizes.keys()].map((file) => [file, 0]));
  let toldAt = 0;

  const tellAmounts = (file: string): void => {
    const loaded = loadedOf.get(file) ?? 0;
    tell({ status: 'progress', name, file, ...amount(loaded, sizes.get(file)) });
    const all = [...loadedOf.values()].reduce((sum, bytes) => sum + bytes, 0);
    const total = [...sizes].reduce((sum, [other, size]) => sum + (size ?? loadedOf.get(other) ?? 0), 0);
    tell({ status: 'progress_total', name, ...amount(all, total) });
  };

  return {
    start(file) {
      tell({ status: 'initiate', name, file });
      tell({ status: 'download', name, file });
    },
    advance(file, loaded) {
      loadedOf.set(file, loaded);
      const now = performance.now();
      if (now - toldAt < interval && loaded !== sizes.get(file)) return;
      toldAt = now;
      tellAmounts(file);
    },
    done(file) {
      loadedOf.set(file, sizes.get(file) ?? loadedOf.get(file) ?? 0);
      tellAmounts(file);
      tell({ status: 'done', name, file });
    },
  };
}

function amount(loaded: number, total = loaded): Amount {
  return { loaded, total, progress: total === 0 ? 100 : (100 * loaded) / total };
}
