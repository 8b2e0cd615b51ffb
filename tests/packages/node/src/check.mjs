// What the packed tarballs hold, and what they must not. `node check.mjs FOLDER GLIBC`
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { check, end } from './checks.mjs';
import { packages, read, VERSION } from './tarballs.mjs';

const LICENCES = ['package/LICENSE-APACHE', 'package/LICENSE-MIT'];
const [folder, glibc] = process.argv.slice(2);
if (folder === undefined || glibc === undefined) throw new Error('expected FOLDER GLIBC');
const { main, own, platforms } = packages(folder);
/** @type {typeof import('../../../../bindings-node/lib/platforms.js')} */
const { PLATFORMS, SCOPE } = createRequire(import.meta.url)('../../../../bindings-node/dist/platforms.js');
const home = new RegExp(
  `(${process.env.HOME}|${fileURLToPath(new URL('../../../..', import.meta.url))})[\\w/.-]*`,
);

for (const { file, bytes } of [main, ...platforms])
  console.log(`${file}: ${(bytes / 1e6).toFixed(2)} MB packed`);

for (const { manifest, path, bytes, files } of platforms) {
  const name = manifest.name.slice(SCOPE.length + 1);
  const addon = `autoplus.${name}.node`;
  const platform = PLATFORMS[name];
  await check(`${name}: at most 4 MB packed`, () => assert.ok(bytes <= 4_000_000, `${bytes} bytes`));

  await check(`${name}: the addon, licences and nothing else, for this platform alone`, () => {
    const others = ['package/README.md', 'package/THIRD-PARTY-LICENSES.txt', 'package/package.json'];
    assert.deepEqual(files, [...LICENCES, ...others, `package/${addon}`].sort());
    const { os, cpu, libc, version, scripts, dependencies, engines } = manifest;
    assert.deepEqual(
      { os, cpu, libc: libc?.[0] },
      { os: [platform?.os], cpu: [platform?.cpu], libc: platform?.libc },
    );
    assert.deepEqual([version, manifest.main, engines], [VERSION, addon, main.manifest.engines]);
    assert.deepEqual([scripts, dependencies], [undefined, undefined]);
  });

  const binary = read(path, `package/${addon}`).toString('latin1');
  await check(`${name}: stripped, without a folder of the machine that built it or a door for tests`, () => {
    assert.ok(!/\0\.(debug_info|symtab)\0/.test(binary), 'it has debug information or symbols');
    assert.equal(home.exec(binary)?.[0], undefined);
    assert.ok(!binary.includes('panicNow'), 'it can be made to panic');
  });

  if (platform?.libc !== 'glibc') continue;
  await check(`${name}: asks for no glibc after ${glibc}`, () => {
    const minor = (/** @type {string} */ version) => Number(version.split('.')[1]);
    const asked = [...new Set(binary.match(/(?<=GLIBC_)\d+\.\d+/g))];
    assert.ok(asked.length > 0 && asked.every((version) => minor(version) <= minor(glibc)), asked.join());
  });
}

await check('every linked crate has its licence named', () => {
  const text = read(own.path, 'package/THIRD-PARTY-LICENSES.txt').toString();
  for (const crate of ['napi', 'reqwest', 'rustls', 'ring', 'tokio', 'rusqlite', 'serde_json']) {
    assert.match(text, new RegExp(`^${crate} \\d+\\.\\S+: .+`, 'm'), crate);
  }
  assert.ok(!/^autoplus/m.test(text), 'it names crates of its own');
});

await check('the main package holds what runs, its types and licences, and nothing of the workshop', () => {
  const kinds =
    /^package\/(dist\/[a-z-]+\.(js|d\.ts)|esm\/(index|testing)\.(mjs|d\.mts)|package\.json|README\.md|CHANGELOG\.md)$/;
  assert.deepEqual(main.files.filter((file) => !kinds.test(file)).sort(), LICENCES);
  const { scripts, devDependencies, dependencies, version, license } = main.manifest;
  assert.deepEqual([scripts, devDependencies, dependencies], [undefined, undefined, undefined]);
  assert.deepEqual([version, license], [VERSION, 'MIT OR Apache-2.0']);
  const code = main.files.filter((file) => file.endsWith('.js')).sort();
  assert.deepEqual(
    code,
    ['autoplus', 'index', 'testing'].map((name) => `package/dist/${name}.js`),
  );
  for (const entry of ['index', 'testing']) assert.ok(main.files.includes(`package/dist/${entry}.d.ts`));
});

await check('the main package asks for every platform of its own version, each optional', () => {
  const wanted = Object.keys(PLATFORMS).map((name) => [`${SCOPE}/${name}`, VERSION]);
  assert.deepEqual(main.manifest.optionalDependencies, Object.fromEntries(wanted));
  const loader = read(main.path, 'package/dist/autoplus.js').toString();
  for (const [name] of wanted) assert.ok(loader.includes(`require("${name}")`), `${name} is never loaded`);
});

await check('what `exports` names is there, types first', () => {
  const named = JSON.stringify(main.manifest.exports).matchAll(/"\.\/([^"]+\.[a-z]+)"/g);
  const files = Array.from(named, ([, file]) => `package/${file}`);
  assert.ok(files.length >= 9, files.join());
  assert.deepEqual(
    files.filter((file) => !main.files.includes(file)),
    [],
  );
});

await check('publint finds nothing wrong', () => {
  for (const { path } of [main, own]) tool('publint/src/cli.js', ['run', '--strict', path]);
});

await check('the types are right for ESM and for CommonJS', () => {
  tool('@arethetypeswrong/cli/dist/index.js', ['--profile', 'node16', main.path]);
});

end();

/** @param {string} script @param {string[]} args */
function tool(script, args) {
  const path = fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url));
  try {
    execFileSync(process.execPath, [path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (failure) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (failure);
    throw new Error(`${stdout}${stderr}`, { cause: failure });
  }
}
