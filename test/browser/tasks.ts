/** All that a page or its worker can be asked for, by name. */
import * as engineTasks from './engine-tasks.js';
import * as gpuTasks from './gpu-tasks.js';
import * as tensorTasks from './tensor-tasks.js';

const { start, restart, dispose, compute } = engineTasks;
const { runsUntilThread1Works, runNothing, runTrap, trapThread1 } = engineTasks;
const { startTfjs, computeOnTensors } = tensorTasks;
const { startGpu, blockOnDevice } = gpuTasks;

export const tasks = {
  start,
  restart,
  dispose,
  compute,
  runsUntilThread1Works,
  runNothing,
  runTrap,
  trapThread1,
  startTfjs,
  computeOnTensors,
  startGpu,
  blockOnDevice,
};

export type Tasks = typeof tasks;

/** A question, and the answer with its number. */
export interface Question {
  readonly id: number;
  readonly task: keyof Tasks;
  readonly input: unknown;
}

export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** Does what is asked for; an error becomes its text, for only texts keep their kind on the way out of a browser. */
export async function answer({ id, task, input }: Question): Promise<Answer> {
  try {
    return { id, result: await (tasks[task] as (given: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    return { id, error: String(error) };
  }
}
