// Makes what runs of the package, beside the types that the compiler makes: one file, because opening and running each of
// thirty costs more than all that is in them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));
const lib = join(here, 'lib');
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

/** Everything has one identity, whichever way it is reached; `inner` is for the package's own tests. */
const WHOLE = `
  export * as index from './index.js';
  export * as testing from './testing.js';
  export * as inner from './inner.js';
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bundle(join(here, 'dist'));
  // For the scripts and tests of packing, which run where there is no native half.
  writeFileSync(join(here, 'dist/platforms.js'), built({ entryPoints: [join(lib, 'platforms.ts')] }));
}

/** @param {string} folder */
export function bundle(folder) {
  const whole = built({ stdin: { contents: WHOLE, resolveDir: lib, loader: 'ts', sourcefile: 'whole.ts' } });
  writeFileSync(join(folder, 'autoplus.js'), underTheirNames(whole));
  for (const entry of ['index', 'testing']) {
    const code = `'use strict';\nmodule.exports = require('./autoplus.js').${entry};\n`;
    writeFileSync(join(folder, `${entry}.js`), code);
  }
}

/** @param {import('esbuild').BuildOptions} what */
function built(what) {
  const { outputFiles } = buildSync({
    ...what,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.9',
    charset: 'utf8',
    // A native half is looked for when the package runs.
    external: ['@autoplus-sdk/*'],
    define: { VERSION: JSON.stringify(version) },
    write: false,
    logLevel: 'warning',
  });
  const [file] = outputFiles;
  if (!file) throw new Error('the bundler gave nothing');
  return file.text;
}

/** A class that speaks of itself gets a second name, which stacks would show. @param {string} code */
function underTheirNames(code) {
  const named = /^var (\w+) = class (_\1) /gm;
  return [...code.matchAll(named)].reduce(
    (text, [, name = '', other = '']) => text.replaceAll(new RegExp(`\\b${other}\\b`, 'g'), name),
    code,
  );
}
