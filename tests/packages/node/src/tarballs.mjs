// The packed tarballs: `main` and the platforms' by name, with what is in them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ name: string, version: string, os?: string[], cpu?: string[], libc?: string[], main: string,
 *   exports?: Record<string, unknown>, optionalDependencies?: Record<string, string>, scripts?: object,
 *   devDependencies?: object, dependencies?: object, license: string, engines: { node: string } }} Manifest
 * @typedef {{ file: string, path: string, bytes: number, files: string[], manifest: Manifest }} Tarball
 */

/** @param {string} folder @returns {Tarball[]} */
export function tarballs(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return files.map((file) => {
    const path = join(folder, file);
    const listed = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' });
    const files = listed.split('\n').filter((line) => line !== '');
    const manifest = JSON.parse(read(path, 'package/package.json').toString());
    return { file, path, bytes: statSync(path).size, files: files.sort(), manifest };
  });
}

/** One file of a tarball. @param {string} path @param {string} file */
export function read(path, file) {
  return execFileSync('tar', ['-xzOf', path, file], { maxBuffer: 1 << 28 });
}

/** The main package, that of this platform, and those of all platforms. @param {string} folder */
export function packages(folder) {
  const all = tarballs(folder);
  const main = all.find(({ manifest }) => manifest.name === 'autoplus');
  const platforms = all.filter((each) => each !== main);
  const own = platforms.find(({ manifest }) => manifest.name.endsWith('/linux-x64-gnu'));
  if (main && own) return { main, own, platforms };
  throw new Error(`the tarballs that tests/packages/node/pack leaves in ${folder} aren't all there`);
}

/** The version that every package has. */
export const VERSION = JSON.parse(
  readFileSync(new URL('../../../../bindings-node/package.json', import.meta.url), 'utf8'),
).version;
