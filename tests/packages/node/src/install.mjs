// Empty projects install the packed packages and play a whole trade. `node install.mjs FOLDER NODE...`
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { check, end } from './checks.mjs';
import { serve } from './registry.mjs';
import { packages, VERSION } from './tarballs.mjs';

const [packed, ...nodes] = process.argv.slice(2);
if (packed === undefined || nodes.length === 0) throw new Error('expected FOLDER NODE...');
const { main, own } = packages(resolve(packed));
/** @type {typeof import('../../../../bindings-node/lib/platforms.js')} */
const { PLATFORMS, SCOPE } = createRequire(import.meta.url)('../../../../bindings-node/dist/platforms.js');
const sources = fileURLToPath(new URL('../projects/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'autoplus-install-'));
const registry = await serve([main, own], PLATFORMS, SCOPE);

/** TypeScript's settings by what they are called here. */
const TYPESCRIPTS = {
  'nodenext, ESM': { type: 'module', compilerOptions: { module: 'nodenext' } },
  'nodenext, CommonJS': { type: 'commonjs', compilerOptions: { module: 'nodenext' } },
  'node16, ESM': { type: 'module', compilerOptions: { module: 'node16' } },
  bundler: { type: 'module', compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } },
};
const COMPILERS = ['6.0.3', '5.6.3'];

try {
  for (const kind of ['esm', 'cjs']) {
    const project = empty(kind, {});
    await check(`${kind}: npm installs the package and the one platform's`, async () => {
      await npm(project, `autoplus@${VERSION}`);
      const installed = readdirSync(join(project, 'node_modules', SCOPE));
      assert.deepEqual(installed, ['linux-x64-gnu']);
    });
    for (const file of ['play.cjs', `${kind}/main.${kind === 'esm' ? 'mjs' : 'cjs'}`]) {
      cpSync(join(sources, file), join(project, file.split('/').at(-1) ?? file));
    }
    const program = kind === 'esm' ? 'main.mjs' : 'main.cjs';
    for (const node of nodes) {
      await check(`${kind}: a whole trade on ${await versionOf(node)}`, () => played(node, project, program));
    }
  }
  for (const compiler of COMPILERS) {
    for (const [name, settings] of Object.entries(TYPESCRIPTS)) await typescript(compiler, name, settings);
  }
  await missing();
  await check('npm asked for nothing but the packages', () => assert.deepEqual(registry.unexpected, []));
} finally {
  registry.stop();
  rmSync(folder, { recursive: true });
}
end();

/** @param {string} compiler @param {string} name @param {{ type: string, compilerOptions: object }} settings */
async function typescript(compiler, name, { type, compilerOptions }) {
  const project = empty(`typescript-${compiler}-${name}`, { type });
  const title = `TypeScript ${compiler}, ${name}`;
  cpSync(join(sources, 'typescript/main.ts'), join(project, 'main.ts'));
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const options = { target: 'es2022', lib: ['es2022', 'esnext.disposable'], types: ['node'], outDir: 'out' };
  const config = { compilerOptions: { ...strict, ...options, ...compilerOptions }, include: ['main.ts'] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
  await check(`${title}: compiles without complaint`, async () => {
    await npm(project, main.path, `typescript@${compiler}`, '@types/node@20.19.43');
    const tsc = join(project, 'node_modules/typescript/bin/tsc');
    await execute(process.execPath, [tsc, '-p', '.'], project);
  });
  for (const node of nodes) {
    await check(`${title}: a whole trade on ${await versionOf(node)}`, () =>
      played(node, project, 'out/main.js'),
    );
  }
}

/** What is said where no native half fits. */
async function missing() {
  const without = empty('without', {});
  await check('without optional dependencies it says what to do', async () => {
    await npm(without, `autoplus@${VERSION}`, '--omit=optional');
    assert.ok(!existsSync(join(without, 'node_modules', SCOPE)));
    const said = await refusal(without, '');
    assert.match(said, /native half for linux-x64 isn't installed/);
    assert.match(said, /@autoplus-sdk\/linux-x64-gnu or @autoplus-sdk\/linux-x64-musl/);
    assert.match(said, /without --omit=optional/);
  });
  const odd = empty('odd', {});
  await check('on a platform without a package it says which there are', async () => {
    await npm(odd, `autoplus@${VERSION}`);
    const said = await refusal(odd, `Object.defineProperty(process, 'arch', { value: 'riscv64' });`);
    assert.match(
      said,
      /no native half for linux-riscv64, only for linux-x64-gnu, .*build it from the sources/,
    );
  });
  const addon = join(odd, 'node_modules', SCOPE, 'linux-x64-gnu/autoplus.linux-x64-gnu.node');
  await check('an addon that the system refuses is named with the reason', async () => {
    writeFileSync(addon, 'no library');
    const said = await refusal(odd, '');
    assert.match(
      said,
      /can't load its native half \(.*autoplus\.linux-x64-gnu\.node.*\): remove node_modules/,
    );
  });
  await check('halves of two versions are refused', async () => {
    writeFileSync(
      join(odd, 'node_modules', SCOPE, 'linux-x64-gnu/old.js'),
      `exports.version = () => '0.0.9';`,
    );
    const manifest = join(odd, 'node_modules', SCOPE, 'linux-x64-gnu/package.json');
    writeFileSync(manifest, JSON.stringify({ ...own.manifest, main: 'old.js' }));
    const said = await refusal(odd, '');
    assert.match(said, new RegExp(`autoplus ${VERSION} found the native half of 0\\.0\\.9`));
  });
}

/** @param {string} name @param {object} manifest */
function empty(name, manifest) {
  const project = join(folder, name.replaceAll(/[^\w.-]+/g, '-'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, ...manifest }));
  // Everything from here, but for the compilers: those come from where npm finds packages usually.
  const from = name.startsWith('typescript') ? `${SCOPE}:registry` : 'registry';
  writeFileSync(
    join(project, '.npmrc'),
    `${from}=${registry.url}\nupdate-notifier=false\naudit=false\nfund=false\n`,
  );
  return project;
}

/** @param {string} project @param {string[]} args */
async function npm(project, ...args) {
  const cache = join(folder, 'cache');
  await execute('npm', ['install', '--cache', cache, '--loglevel=error', ...args], project);
}

/** @param {string} node @param {string} project @param {string} program */
async function played(node, project, program) {
  assert.equal(await execute(node, [program], project), 'played');
}

/** What the import says when it is refused. @param {string} project @param {string} before */
async function refusal(project, before) {
  const program = `${before} try { require('autoplus'); } catch (error) { console.log(error.message); }`;
  return await execute(process.execPath, ['-e', program], project);
}

/** @param {string} node */
async function versionOf(node) {
  return `Node ${(await execute(node, ['--version'], folder)).replace('v', '')}`;
}

/** @param {string} command @param {string[]} args @param {string} cwd */
async function execute(command, args, cwd) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, timeout: 120_000 });
    return stdout.trim();
  } catch (failure) {
    const { message, stdout } = /** @type {Error & { stdout: string }} */ (failure);
    throw new Error(`${message}\n${stdout}`, { cause: failure });
  }
}
