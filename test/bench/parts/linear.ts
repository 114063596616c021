/** What it costs to call a kernel through `linear`, tfjs's registry and copies between memories. */
import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';

const SHAPE = { m: 257, k: 3200, n: 3200 } as const;
/** At most 5 % more than the kernel. */
const GOAL = 0.95;

export function linearPart(): Part {
  return {
    name: 'linear',
    about: 'calls through tfjs against the bare kernel',
    contests: [1, 2].map(linearContest),
  };
}

function linearContest(threads: number): Contest {
  const row = { threads, peer: 'bare kernel', unit: 'ms' } as const;
  const name = `linear ${SHAPE.m}x${SHAPE.k}x${SHAPE.n}`;
  const lent: RowPlan = {
    ...row,
    name: `${name} lent bf16`,
    ours: 'ours.lent',
    theirs: 'ours.lentKernel',
    goal: GOAL,
  };
  const tensor = { ...row, name: `${name} f32 tensor`, ours: 'ours.tensor', theirs: 'ours.tensorKernel' };
  return {
    contestants: { ours: { module: 'linear-ours', settings: { threads, ...SHAPE } } },
    turns: rounds(11, 'ours.lent', 'ours.lentKernel', 'ours.tensor', 'ours.tensorKernel'),
    // With threads the tensor itself is copied to where they can see it: for matrices that are not lent.
    rows: [lent, { ...tensor, goal: threads === 1 ? GOAL : null }],
  };
}
