// Runs every test on each Node that is named, and counts. `node run.mjs NODE...`
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const COUNTED = /^(\d+) passed, (\d+) failed in /m;
const nodes = process.argv.slice(2);
const files = readdirSync('test')
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => `test/${file}`);
const options = ['--test', '--test-timeout=30000', '--test-reporter=./reporter.mjs'];

let [passed, failed] = [0, 0];
for (const node of nodes) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`Node ${version.replace('v', '')}`);
  const { status, stdout, error } = spawnSync(node, [...options, ...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
    // What panics on purpose would fill the screen.
    env: { ...process.env, RUST_BACKTRACE: '0' },
  });
  if (error) throw error;
  process.stdout.write(stdout);
  const [, good = '0', bad = '0'] = COUNTED.exec(stdout) ?? [];
  passed += Number(good);
  // What ended badly without a test that failed counts too.
  failed += Number(bad) || Number(status !== 0 || good === '0');
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || nodes.length === 0 ? 1 : 0;
