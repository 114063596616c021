/** Training nano from scratch: forward, backward and optimiser of a batch. */
import { type Part, rounds } from '../contest.js';

/** The composed form runs on one thread, as tfjs does; the whole program with two ranks takes two processors. */
export function trainingPart(): Part {
  const row = {
    name: 'train nano batch 128',
    peer: 'composed form, 1T',
    unit: 'samples/s',
    goal: 5,
  } as const;
  const step = (composed: boolean) => ({ module: 'training-step', settings: { composed } });
  const program = { module: 'training-program', settings: { ranks: 2 } };
  return {
    name: 'training',
    about: 'a step of stage 1 on nano',
    contests: [
      {
        contestants: { ours: step(false), program, composed: step(true) },
        turns: rounds(5, 'ours.step', 'composed.step', 'program.step', 'composed.step'),
        rows: [
          { ...row, threads: 1, ours: 'ours.step', theirs: 'composed.step' },
          { ...row, threads: 2, ours: 'program.step', theirs: 'composed.step' },
        ],
      },
    ],
  };
}
