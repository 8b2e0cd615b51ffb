// Finds the native half: the one that was built beside this file, else that of the platform's own package.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fitting, PLATFORMS, SCOPE } from './platforms.js';

/** Of this package; the bundle fills it in. */
declare const VERSION: string;
const BUILD = 'build it from the sources: the repository says how, in bindings-node';

/** Throws an error that says what to do if none fits. */
export function loadAddon(): unknown {
  const built = join(__dirname, '..', 'native', `autoplus.${process.platform}-${process.arch}.node`);
  return sameVersion(existsSync(built) ? require(built) : installed());
}

function installed(): unknown {
  const names = fitting(process.platform, process.arch);
  const failures: unknown[] = [];
  // On Linux the package of the other C library isn't there, or doesn't load: the next one is tried.
  for (const name of names) {
    try {
      // Spelt out one by one, in a `try`: what bundles or traces a program finds them only so.
      switch (name) {
        case 'linux-x64-gnu':
          return require('@autoplus-sdk/linux-x64-gnu');
        case 'linux-arm64-gnu':
          return require('@autoplus-sdk/linux-arm64-gnu');
        case 'linux-x64-musl':
          return require('@autoplus-sdk/linux-x64-musl');
        case 'linux-arm64-musl':
          return require('@autoplus-sdk/linux-arm64-musl');
        case 'darwin-x64':
          return require('@autoplus-sdk/darwin-x64');
        case 'darwin-arm64':
          return require('@autoplus-sdk/darwin-arm64');
        case 'win32-x64-msvc':
          return require('@autoplus-sdk/win32-x64-msvc');
        case 'win32-arm64-msvc':
          return require('@autoplus-sdk/win32-arm64-msvc');
      }
    } catch (failure) {
      failures.push(failure);
    }
  }
  const unloadable = failures.find((failure) => !isMissing(failure));
  throw new Error(advice(names, unloadable), { cause: unloadable ?? failures[0] });
}

function isMissing(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'MODULE_NOT_FOUND';
}

function advice(names: string[], unloadable: unknown): string {
  const here = `${process.platform}-${process.arch}`;
  if (names.length === 0) {
    return `autoplus has no native half for ${here}, only for ${Object.keys(PLATFORMS).join(', ')}; ${BUILD}`;
  }
  if (unloadable !== undefined) {
    const why = unloadable instanceof Error ? unloadable.message : String(unloadable);
    return `autoplus can't load its native half (${why}): remove node_modules and install again on this machine; if its C library is older than glibc 2.28 or musl 1.2, ${BUILD}`;
  }
  const wanted = names.map((name) => `${SCOPE}/${name}`).join(' or ');
  return `autoplus's native half for ${here} isn't installed: it is an optional dependency, ${wanted}. Install again on this machine, with optional dependencies (without --omit=optional or --no-optional); a node_modules or a lock file that was made on another system may lack it: remove it first`;
}

/** Two halves that don't fit would misread each other. */
function sameVersion(addon: unknown): unknown {
  const its = (addon as { version?: () => string }).version?.();
  if (its === VERSION) return addon;
  throw new Error(
    `autoplus ${VERSION} found the native half of ${its ?? 'an unknown version'}: remove node_modules and install again, so that both are of one version; in the sources, build it again`,
  );
}
