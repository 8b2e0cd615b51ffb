// Builds the addon with cargo and puts it where `lib/native.ts` looks for it. `--release` for an optimized one.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../native/', import.meta.url));
const options = ['build', '--locked', '-p', 'autoplus-node', '--message-format=json-render-diagnostics'];
const cargo = spawnSync('cargo', [...options, ...process.argv.slice(2)], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (cargo.error)
  throw new Error('cargo is needed to build the addon; is Rust installed?', { cause: cargo.error });
if (cargo.status !== 0) process.exit(cargo.status ?? 1);

const built = cargo.stdout
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .find((message) => message.reason === 'compiler-artifact' && message.target.name === 'autoplus_node');
const library = built?.filenames.find((/** @type {string} */ name) => /\.(so|dylib|dll)$/.test(name));
if (!library) throw new Error('cargo built no dynamic library for autoplus-node');

// Renamed into place: a running process may have the old one mapped.
const addon = `${folder}autoplus.${process.platform}-${process.arch}.node`;
mkdirSync(folder, { recursive: true });
copyFileSync(library, `${addon}.new`);
renameSync(`${addon}.new`, addon);
