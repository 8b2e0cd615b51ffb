// Where the clients of a scenario keep their operations.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const { MATRIX_KEEP, MATRIX_STORE = 'memory' } = process.env;
if (!['memory', 'file'].includes(MATRIX_STORE)) throw new Error('MATRIX_STORE is memory or file');

export class Stores {
  #shared;
  /** @type {string | undefined} */
  #folder;

  /** @param {string} scenario its name @param {boolean} shared */
  constructor(scenario, shared) {
    this.#shared = shared;
    if (shared || MATRIX_STORE === 'file') this.#folder = freshFolder(scenario);
  }

  /** @param {string} client @returns {import('autoplus').StoreName} */
  of(client) {
    if (this.#folder === undefined) return 'memory';
    return `sqlite:${join(this.#folder, `${this.#shared ? 'shared' : client}.db`)}`;
  }

  end() {
    if (this.#folder !== undefined && !MATRIX_KEEP) rmSync(this.#folder, { recursive: true });
  }
}

/** @param {string} scenario */
function freshFolder(scenario) {
  if (!MATRIX_KEEP) return mkdtempSync(join(tmpdir(), 'autoplus-matrix-'));
  const kept = join(MATRIX_KEEP, scenario);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  return kept;
}
