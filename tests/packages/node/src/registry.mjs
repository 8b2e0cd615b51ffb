// A package registry on loopback that has the packed tarballs, and of the other platforms only what their packages say of
// themselves: npm must not want more.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';

/**
 * @param {import('./tarballs.mjs').Tarball[]} packed
 * @param {Record<string, import('../../../../bindings-node/lib/platforms.js').Platform>} platforms
 * @param {string} scope
 */
export async function serve(packed, platforms, scope) {
  /** @type {string[]} what was asked for that nobody should */
  const unexpected = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const tarball = packed.find(({ file }) => path === `-/${file}`);
    if (tarball) return response.end(readFileSync(tarball.path));
    const known = packed.find(({ manifest }) => manifest.name === path);
    const platform = path.startsWith(`${scope}/`) ? platforms[basename(path)] : undefined;
    const manifest =
      known?.manifest ?? (platform && elsewhere(path, platform, packed[0]?.manifest.version ?? ''));
    if (!manifest) {
      unexpected.push(path);
      response.statusCode = 404;
      return response.end('{"error": "not found"}');
    }
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(document(manifest, known)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}/`;
  return { url, unexpected, stop: () => server.close() };

  /** @param {object & { name: string, version: string }} manifest @param {import('./tarballs.mjs').Tarball | undefined} tarball */
  function document(manifest, tarball) {
    const { name, version } = manifest;
    const bytes = tarball ? readFileSync(tarball.path) : Buffer.from('never downloaded');
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const file = tarball?.file ?? `${basename(name)}.missing`;
    const dist = { tarball: `${url}-/${file}`, integrity };
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }
}

/** @param {string} name @param {import('../../../../bindings-node/lib/platforms.js').Platform} platform @param {string} version */
function elsewhere(name, { os, cpu, libc }, version) {
  return { name, version, os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}
