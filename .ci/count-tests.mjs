// Prints how many tests passed and how many did not, from the JSON report of vitest. A file that could not be loaded
// counts as one failure; a skipped test as neither.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
console.log(numPassedTests, numFailedTests + unloaded.length);
