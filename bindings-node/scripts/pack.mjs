// Makes the npm packages as they are published. `node scripts/pack.mjs main --out FOLDER` makes the one that people install,
// `node scripts/pack.mjs linux-x64-gnu --addon FILE --out FOLDER` that of a platform; `--list` shows the platforms as JSON.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { licencesOf } from './licences.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = join(here, '..');
const LICENCES = ['LICENSE-APACHE', 'LICENSE-MIT'];
const THIRD_PARTY = 'THIRD-PARTY-LICENSES.txt';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { addon: { type: 'string' }, out: { type: 'string' }, list: { type: 'boolean' } },
});
run(process.execPath, [join(here, 'scripts/bundle.mjs')]);
/** @type {typeof import('../lib/platforms.js')} */
const { PLATFORMS, SCOPE } = createRequire(import.meta.url)('../dist/platforms.js');
const own = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const common = {
  version: own.version,
  license: own.license,
  repository: {
    type: 'git',
    url: `git+https://${own.repository.replace(':', '.com/')}.git`,
    directory: 'bindings-node',
  },
  engines: own.engines,
};

if (values.list) {
  console.log(JSON.stringify(Object.entries(PLATFORMS).map(([name, its]) => ({ name, ...its }))));
} else {
  const [name] = positionals;
  if (name === undefined || positionals.length > 1 || values.out === undefined) {
    throw new Error('expected main or a platform, and --out FOLDER');
  }
  const out = resolve(values.out);
  const stage = join(out, 'stage', name);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  if (name === 'main') stageMain(stage);
  else stagePlatform(name, stage);
  for (const file of LICENCES) copyFileSync(join(root, file), join(stage, file));
  run('npm', ['pack', '--silent', '--pack-destination', out, stage]);
}

/** @param {string} stage */
function stageMain(stage) {
  const { name, description, keywords, main, types, exports } = own;
  const optionalDependencies = Object.fromEntries(
    Object.keys(PLATFORMS).map((platform) => [`${SCOPE}/${platform}`, own.version]),
  );
  const files = ['dist', 'esm', 'CHANGELOG.md', ...LICENCES];
  const manifest = {
    name,
    description,
    keywords,
    ...common,
    main,
    types,
    exports,
    files,
    optionalDependencies,
  };
  write(stage, 'package.json', manifest);
  // Compiled anew: what lies in `dist` may be of files that are gone.
  const compiler = join(here, 'node_modules/typescript/bin/tsc');
  const dist = join(stage, 'dist');
  run(process.execPath, [compiler, '-p', join(here, 'tsconfig.build.json'), '--outDir', dist]);
  bundle(dist);
  cpSync(join(here, 'esm'), join(stage, 'esm'), { recursive: true });
  copyFileSync(join(here, 'README.md'), join(stage, 'README.md'));
  copyFileSync(join(root, 'CHANGELOG.md'), join(stage, 'CHANGELOG.md'));
}

/** @param {string} name @param {string} stage */
function stagePlatform(name, stage) {
  const platform = PLATFORMS[name];
  if (!platform) throw new Error(`${name} is no platform: there are ${Object.keys(PLATFORMS).join(', ')}`);
  if (values.addon === undefined || !existsSync(values.addon)) throw new Error('expected --addon FILE');
  const { os, cpu, libc, target } = platform;
  const addon = `autoplus.${name}.node`;
  write(stage, 'package.json', {
    name: `${SCOPE}/${name}`,
    description: `The native half of the package autoplus for ${name}.`,
    ...common,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    main: addon,
    files: [addon, THIRD_PARTY, ...LICENCES],
    // A library can't be loaded out of an archive.
    preferUnplugged: true,
    publishConfig: { access: 'public' },
  });
  copyFileSync(values.addon, join(stage, addon));
  writeFileSync(join(stage, THIRD_PARTY), licencesOf('autoplus-node', target));
  const readme = `# ${SCOPE}/${name}\n\nThe native half of autoplus for ${name}. Install \`autoplus\`: it brings this along.\n`;
  writeFileSync(join(stage, 'README.md'), readme);
}

/** @param {string} stage @param {string} name @param {unknown} content */
function write(stage, name, content) {
  writeFileSync(join(stage, name), `${JSON.stringify(content, null, 2)}\n`);
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error) throw new Error(`${command} is needed to pack`, { cause: error });
  if (status !== 0) process.exit(status ?? 1);
}
