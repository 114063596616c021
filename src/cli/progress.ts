/** A progress bar on stderr: drawn only for a person, at most ten times a second, erased when done. */
import type { Terminal } from './terminal.js';

export interface Progress {
  update(done: number, total: number, label?: string): void;
  end(): void;
}

const WIDTH = 24;
const REDRAW_MS = 100;

export function progressBar(terminal: Terminal, label: string): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    update(done, total, current = label) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS && done < total) return;
      drawnAt = now;
      const share = total > 0 ? Math.min(1, done / total) : 0;
      terminal.redraw(`${current} ${bar(share, WIDTH)} ${String(Math.floor(share * 100)).padStart(3)} %`);
    },
    end() {
      if (drawnAt > 0) terminal.redraw('');
    },
  };
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** `share` of `width` cells, to an eighth of a cell: `████▌`, padded with spaces. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const cells = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return cells.padEnd(width);
}
