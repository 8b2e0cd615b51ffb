// Installs what the packages beside this one need: the matrix's runner, tests, the drivers of
// streams and of the benchmark, and the examples, which use it as users do.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const changed = (/** @type {string} */ file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const USERS = [
  'tests/matrix/runner-node',
  'tests/lifecycle/node',
  'tests/docs/node',
  'tests/streams/drivers/node',
  'tests/bench/drivers/node',
  'examples/node',
];
for (const name of USERS) {
  const folder = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  if (changed(`${folder}/node_modules/.package-lock.json`) > changed(`${folder}/package-lock.json`)) continue;
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
}
