// Installs the packed packages into an empty project and has figures.py measure, beside a simulator. `node figures.mjs FOLDER NODE`
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packages } from './tarballs.mjs';

const [packed, node] = process.argv.slice(2);
if (packed === undefined || node === undefined) throw new Error('expected FOLDER NODE');
const { main, own } = packages(packed);
const project = mkdtempSync(join(tmpdir(), 'autoplus-figures-'));
try {
  writeFileSync(join(project, 'package.json'), '{"private": true}');
  const sources = fileURLToPath(new URL('../projects/', import.meta.url));
  for (const file of ['answer.mjs', 'import.mjs', 'bare.mjs'])
    cpSync(join(sources, file), join(project, file));
  // The other platforms' packages aren't wanted, and are nowhere: the one that is stands beside the main one.
  const options = ['--omit=optional', '--no-audit', '--no-fund', '--cache', join(project, 'cache')];
  run('npm', ['install', ...options, resolve(main.path), resolve(own.path)], project);
  /** @type {typeof import('../../../../bindings-node/lib/testing.js')} */
  const { Simulator } = createRequire(join(project, 'x.js'))('autoplus/testing');
  const sim = Simulator.start();
  process.env.FIGURES_URL = sim.baseUrl;
  const measure = fileURLToPath(new URL('figures.py', import.meta.url));
  process.exitCode = run('python3', [measure, node, project, resolve(packed)]);
  sim.stop();
} finally {
  rmSync(project, { recursive: true });
}

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== 0 && command === 'npm') throw new Error(`npm ${args.join(' ')} failed`);
  return status ?? 1;
}
