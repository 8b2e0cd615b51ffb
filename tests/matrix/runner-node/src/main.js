// Runs every scenario of `tests/matrix` against the npm package; see FORMAT.md there.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { run } from './run.js';
import { parse } from './scenario.js';

const RUNNER = 'node';

/**
 * Name (`area/case`) and path of every scenario, sorted.
 * @param {string} folder
 */
function scenarios(folder) {
  const areas = readdirSync(folder).filter((area) => statSync(join(folder, area)).isDirectory());
  const names = areas.flatMap((area) =>
    readdirSync(join(folder, area))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => `${area}/${file.slice(0, -'.yaml'.length)}`),
  );
  return names.sort().map((name) => ({ name, path: join(folder, `${name}.yaml`) }));
}

const folder = process.env.MATRIX_DIR ?? fileURLToPath(new URL('../..', import.meta.url));
const only = process.env.MATRIX_ONLY ?? '';
const lines = [];
let failed = 0;
for (const { name, path } of scenarios(folder).filter((each) => each.name.includes(only))) {
  const began = performance.now();
  /** @type {string | undefined} */
  let why;
  try {
    await run(name, parse(readFileSync(path, 'utf8')));
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
    failed += 1;
  }
  const seconds = Math.round(performance.now() - began) / 1000;
  console.log(`${why === undefined ? 'ok    ' : 'FAILED'} ${seconds.toFixed(3).padStart(6)} s  ${name}`);
  if (why !== undefined) console.log(`       ${why}`);
  lines.push(`${JSON.stringify({ runner: RUNNER, scenario: name, ok: why === undefined, seconds, why })}\n`);
}
if (process.env.MATRIX_RESULTS) writeFileSync(process.env.MATRIX_RESULTS, lines.join(''));
console.log(`${lines.length - failed} passed, ${failed} failed`);
if (lines.length === 0) console.log(`the matrix can't run: no scenario in ${folder} fits "${only}"`);
process.exitCode = failed > 0 || lines.length === 0 ? 1 : 0;
