// Processes of their own, that end with their test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program of its own. @param {import('node:test').TestContext} t @param {string} program */
export function run(t, program) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code, signal, output: output.trim(), errors: errors.trim() };
  });
  return { child, ended };
}

/**
 * One that finds the sender's `client` and an `order`.
 * @param {import('node:test').TestContext} t @param {import('autoplus/testing').Simulator} sim
 * @param {string} store @param {string} program
 */
export function withClient(t, sim, store, program) {
  const options = { baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id, store };
  const parties = { sender: sim.sender.id, receiver: sim.receiver.id };
  const order = { guild: sim.guild, crypto: 'ltc', ...parties, operation: 'order:1' };
  const setUp = `import { Client } from 'autoplus';
    const client = new Client(${JSON.stringify(options)});
    const order = ${JSON.stringify(order)};\n`;
  return run(t, setUp + program);
}
