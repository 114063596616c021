/** What the numbers of a run were measured on. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** One sentence: processor, memory, system, Node. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  return `${model}, ${availableParallelism()} cores, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
}
