import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'autoplus';
import { Simulator } from 'autoplus/testing';

/**
 * A simulator and the clients of its two parties, all ended with the test.
 * @param {import('node:test').TestContext} t
 * @param {import('autoplus').ClientOptions} [options]
 */
export function world(t, options = {}) {
  const sim = Simulator.start();
  const { baseUrl } = sim;
  const sender = new Client({ baseUrl, token: sim.sender.token, userId: sim.sender.id, ...options });
  const receiver = new Client({ baseUrl, token: sim.receiver.token, userId: sim.receiver.id, ...options });
  t.after(async () => {
    await Promise.all([sender.close(), receiver.close()]);
    sim.stop();
  });
  return { sim, sender, receiver };
}

/**
 * A file for a store, deleted with the test.
 * @param {import('node:test').TestContext} t
 * @returns {`sqlite:${string}`}
 */
export function file(t) {
  const folder = mkdtempSync(join(tmpdir(), 'autoplus-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return `sqlite:${join(folder, 'autoplus.db')}`;
}

/**
 * Waits until no poll waits at the server any more, for a second.
 * @param {Simulator} sim
 */
export async function quiet(sim) {
  for (let looks = 0; sim.polls().waiting > 0; looks += 1) {
    if (looks === 100) throw new Error(`${sim.polls().waiting} polls still wait`);
    await sleep(10);
  }
}
