/** Numbers as columns of a terminal, one after the other: their rise and fall in a line or a few. */

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Of numbers from 0 (least) to 1, one column each, from the top line to the bottom; `?` for what is no number. */
export function spark(values: readonly number[], height = 1): string[] {
  return Array.from({ length: height }, (_, line) => {
    const below = height - 1 - line;
    return values.map((value) => cell(value, height, below)).join('');
  });
}

/** At most `columns` numbers, each the largest of as many neighbours as are needed; no number is larger than all. */
export function condensed(values: readonly number[], columns: number): number[] {
  const each = Math.ceil(values.length / Math.max(columns, 1)) || 1;
  return Array.from({ length: Math.ceil(values.length / each) }, (_, i) =>
    values.slice(i * each, (i + 1) * each).reduce((a, b) => (Number.isNaN(a) || a >= b ? a : b)),
  );
}

/** Every column has an eighth at the bottom, so that 0 is seen. */
function cell(value: number, height: number, below: number): string {
  if (Number.isNaN(value)) return below === 0 ? '?' : ' ';
  const filled = Math.max(1, Math.round(Math.min(Math.max(value, 0), 1) * height * 8));
  return EIGHTHS[Math.min(Math.max(filled - 8 * below, 0), 8)] ?? ' ';
}
