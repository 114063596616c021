/** What a person waits for: the program from start to answer, and the loading of nano in it. */
import { type Part, rounds } from '../contest.js';

const CLASSIFY_BUDGET = 700;
const LOAD_BUDGET = 150;

export function programPart(): Part {
  const row = { threads: 2, unit: 'ms', goal: 1 } as const;
  const classify = { ...row, name: 'internvl classify', peer: 'at most 0.7 s' };
  const load = { ...row, name: 'nano load', peer: 'at most 0.15 s' };
  return {
    name: 'program',
    about: 'internvl classify with nano, one picture, a process each',
    contests: [
      {
        contestants: { ours: { module: 'program', settings: {} } },
        turns: rounds(9, 'ours.classify', 'ours.load'),
        rows: [
          { ...classify, ours: 'ours.classify', theirs: { budget: CLASSIFY_BUDGET } },
          { ...load, ours: 'ours.load', theirs: { budget: LOAD_BUDGET } },
        ],
      },
    ],
  };
}
