import { describe, expect, test } from 'vitest';

import { bar, progressBar } from '../../src/cli/progress.js';
import { Terminal } from '../../src/cli/terminal.js';

function streams(isTTY: boolean) {
  const written = { out: '', err: '' };
  const stream = (to: 'out' | 'err') => ({
    isTTY,
    write(text: string | Uint8Array, done?: (error?: Error | null) => void) {
      written[to] += text;
      done?.();
      return true;
    },
  });
  return { written, stdout: stream('out'), stderr: stream('err') };
}

function terminal(isTTY: boolean, env: Record<string, string> = {}) {
  const { written, stdout, stderr } = streams(isTTY);
  return { written, terminal: new Terminal({ stdout, stderr, env, signal: new AbortController().signal }) };
}

describe('what is seen', () => {
  test('colour only on a terminal, and not where NO_COLOR forbids it', () => {
    expect(terminal(true).terminal.bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(terminal(true, { NO_COLOR: '1' }).terminal.bold('x')).toBe('x');
    expect(terminal(false).terminal.dim('x')).toBe('x');
  });

  test('or where FORCE_COLOR asks for it', () => {
    expect(terminal(false, { FORCE_COLOR: '1', NO_COLOR: '1' }).terminal.bold('x')).toBe(
      '\u001b[1mx\u001b[22m',
    );
    expect(terminal(true, { FORCE_COLOR: '0' }).terminal.bold('x')).toBe('x');
    expect(terminal(true, { FORCE_COLOR: '' }).terminal.bold('x')).toBe('\u001b[1mx\u001b[22m');
  });

  test('pictures on stderr, in its size and colours, and not when quiet', () => {
    const watched = terminal(true);
    expect([watched.terminal.size, terminal(false).terminal.size]).toEqual([
      { columns: 80, isColoured: true },
      { columns: 80, isColoured: false },
    ]);
    watched.terminal.show(['a', 'b']);
    expect(watched.written).toEqual({ out: '', err: 'a\nb\n' });
    watched.terminal.quiet = true;
    watched.terminal.show(['c']);
    expect(watched.written.err).toBe('a\nb\n');
  });

  test('progress on a terminal only, and not when quiet', () => {
    const watched = terminal(true);
    progressBar(watched.terminal, 'reading').update(1, 2);
    expect(watched.written.err).toContain('reading ████████████▏'.slice(0, 12));
    const piped = terminal(false);
    progressBar(piped.terminal, 'reading').update(1, 2);
    expect(piped.written.err).toBe('');
    const quiet = terminal(true);
    quiet.terminal.quiet = true;
    progressBar(quiet.terminal, 'reading').update(1, 2);
    quiet.terminal.note('hello');
    expect(quiet.written.err).toBe('');
    quiet.terminal.complain('broken');
    expect(quiet.written.err).toBe('broken\n');
  });

  test('results and remarks take different ways', async () => {
    const both = terminal(false);
    await both.terminal.printJson({ a: 1 });
    both.terminal.note('loaded');
    expect(both.written).toEqual({ out: '{\n  "a": 1\n}\n', err: 'loaded\n' });
  });
});

test('a bar is drawn to an eighth of a cell and keeps its width', () => {
  expect(bar(0.5, 4)).toBe('██  ');
  expect(bar(1 / 16, 4)).toBe('▎   ');
  expect(bar(7, 2)).toBe('██');
  expect(bar(-1, 2)).toBe('  ');
});
