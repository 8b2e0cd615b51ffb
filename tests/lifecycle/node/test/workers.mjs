// Worker threads that use the package.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A thread that finds `client`, `order`, `workerData`, `sleep` and `parentPort`, and has the program as its main function.
 * @param {import('autoplus/testing').Simulator} sim
 * @param {{ store?: string, id?: string, operation?: string, user?: { id: string, token: string } }} its
 * @param {string} program
 */
export function thread(sim, { user = sim.sender, ...its }, program) {
  const code = `const { workerData, parentPort } = require('node:worker_threads');
    const { setTimeout: sleep } = require('node:timers/promises');
    const { Client } = require('autoplus');
    const { baseUrl, token, userId, store, id, order } = workerData;
    const client = new Client({ baseUrl, token, userId, store });
    const tell = (value) => parentPort.postMessage(value);
    (async () => { ${program} })();`;
  return new Worker(code, { eval: true, workerData: dataOf(sim, user, its) });
}

/** @param {import('autoplus/testing').Simulator} sim @param {{ id: string, token: string }} user
 * @param {{ store?: string, id?: string, operation?: string }} its */
export function dataOf(sim, user, { store = 'memory', id, operation = 'order:1' }) {
  const parties = { sender: sim.sender.id, receiver: sim.receiver.id };
  const order = { guild: sim.guild, crypto: 'ltc', ...parties, operation };
  return { baseUrl: sim.baseUrl, token: user.token, userId: user.id, store, id, order };
}

/** The next thing that a thread tells. @param {Worker} worker @returns {Promise<any>} */
export async function told(worker) {
  const [message] = await once(worker, 'message');
  return message;
}
