// Prints the modules of a parity set that have a runner, as the command line takes them.
import { readFileSync } from 'node:fs';

import { moduleRunners } from '../dist/parity/runners.js';

const { cases } = JSON.parse(readFileSync(`${process.argv[2]}/index.json`, 'utf8'));
const modules = new Set(cases.map(({ module }) => module).filter((module) => moduleRunners.has(module)));
console.log([...modules].join(','));
