/** Training nano from scratch: forward, backward and optimiser of a batch. */
import { type Part, rounds } from '../contest.js';

export function trainingPart(): Part {
  const row = {
    name: 'train nano batch 128',
    threads: 1,
    peer: 'composed form',
    unit: 'samples/s',
    goal: 5,
  } as const;
  return {
    name: 'training',
    about: 'a step of stage 1 on nano',
    contests: [
      {
        contestants: {
          ours: { module: 'training-step', settings: { composed: false } },
          composed: { module: 'training-step', settings: { composed: true } },
        },
        turns: rounds(5, 'ours.step', 'composed.step'),
        rows: [{ ...row, ours: 'ours.step', theirs: 'composed.step' }],
      },
    ],
  };
}
