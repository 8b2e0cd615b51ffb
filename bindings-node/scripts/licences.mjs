// The licences of everything that is linked into a library, as their authors wrote them: binaries that carry others' code
// hand them on.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LICENCE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/**
 * @typedef {{ id: string, name: string, version: string, license: string | null, source: string | null,
 *   manifest_path: string, authors: string[], targets: { kind: string[] }[] }} Package
 * @typedef {{ id: string, deps: { pkg: string, dep_kinds: { kind: string | null }[] }[] }} Node
 */

/** @param {string} crate @param {string} target */
export function licencesOf(crate, target) {
  const linked = linkedInto(crate, target).filter(({ source }) => source !== null);
  /** @type {Map<string, string[]>} who has it, by the text */
  const texts = new Map();
  const list = linked.map((each) => {
    const folder = dirname(each.manifest_path);
    const files = readdirSync(folder).filter((file) => LICENCE.test(file) && !file.endsWith('.rs'));
    for (const file of files.sort()) {
      const text = readFileSync(join(folder, file), 'utf8').trim();
      texts.set(text, [...(texts.get(text) ?? []), `${each.name} ${each.version}`]);
    }
    const none =
      files.length === 0 ? ` (no text of its own; by ${each.authors.join(', ') || 'its authors'})` : '';
    return `${each.name} ${each.version}: ${each.license ?? 'see its text'}${none}`;
  });
  const whole = [...texts].map(([text, names]) => `${'='.repeat(80)}\n${names.join(', ')}\n\n${text}\n`);
  const first = 'This library contains the work of others, under the licences below.';
  return `${first}\n\n${list.join('\n')}\n\n${whole.join('\n')}`;
}

/** What is linked, sorted; macros and what only building needs are not. @param {string} crate @param {string} target */
function linkedInto(crate, target) {
  const args = ['metadata', '--format-version=1', '--locked', '--filter-platform', target];
  const cargo = spawnSync('cargo', args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (cargo.status !== 0) throw new Error('cargo is needed to tell the licences', { cause: cargo.error });
  /** @type {{ packages: Package[], resolve: { nodes: Node[] } }} */
  const { packages, resolve } = JSON.parse(cargo.stdout);
  const [nodes, all] = [byId(resolve.nodes), byId(packages)];
  const start = packages.find(({ name }) => name === crate);
  if (!start) throw new Error(`there is no crate ${crate}`);
  const found = new Set([start.id]);
  for (const id of found) {
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? []) {
      const macro = all.get(pkg)?.targets.some(({ kind }) => kind.includes('proc-macro'));
      if (!macro && dep_kinds.some(({ kind }) => kind === null)) found.add(pkg);
    }
  }
  const linked = [...found].flatMap((id) => all.get(id) ?? []);
  return linked.sort((one, other) => (one.name < other.name ? -1 : +(one.name > other.name)));
}

/** @template {{ id: string }} T @param {T[]} items */
function byId(items) {
  return new Map(items.map((item) => [item.id, item]));
}
