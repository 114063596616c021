// Prints the modules of the parity set that have a runner, as the command line takes them.
import { moduleRunners } from '../dist/parity/runners.js';

console.log([...moduleRunners.keys()].join(','));
