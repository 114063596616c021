/** Matches and recalls as lines for a person. */
import type { Match, Recall } from '../tasks/retrieve.js';
import type { Terminal } from './terminal.js';

/** Each query, and below it its matches with their cosines, and match probabilities if any, best first. */
export async function printMatches(
  terminal: Terminal,
  queries: readonly string[],
  candidates: readonly string[],
  matches: readonly (readonly Match[])[],
): Promise<void> {
  for (const [q, list] of matches.entries()) {
    const isReranked = list.some(({ match }) => match !== undefined);
    const lines = list.map((each) => {
      const match = isReranked ? probability(each.match).padStart(9) : '';
      return `  ${each.cosine.toFixed(3).padStart(6)}${match}  ${candidates[each.index]}`;
    });
    await terminal.print(`${terminal.bold(queries[q] ?? '')}\n${lines.join('\n')}\n`);
  }
}

/** Nothing for what lies behind those that were ranked anew. */
const probability = (match?: number): string => (match === undefined ? '' : `${(match * 100).toFixed(1)} %`);

export async function printRecall(terminal: Terminal, { imageToText, textToImage }: Recall): Promise<void> {
  const ks = Object.keys(imageToText).map(Number);
  const row = (name: string, recall: Readonly<Record<number, number>>): string =>
    name.padEnd(16) + ks.map((k) => `${((recall[k] ?? 0) * 100).toFixed(1)} %`.padStart(9)).join('');
  const head = ''.padEnd(16) + ks.map((k) => `R@${k}`.padStart(9)).join('');
  const lines = [head, row('picture → text', imageToText), row('text → picture', textToImage)];
  await terminal.print(`${lines.join('\n')}\n`);
}
