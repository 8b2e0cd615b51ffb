import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Starts a process with a program that finds the sender's `client`, an `order` to open, a trade's `id` and `sleep`;
 * what it gives to `tell` is in `told` once it ended.
 * @param {import('autoplus/testing').Simulator} sim
 * @param {{ id?: string | undefined, store?: string, limits?: import('autoplus').Timeouts, shell?: string }} its
 * @param {string} program
 */
export function start(sim, { id, store = 'memory', limits = {}, shell = '' }, program) {
  const options = { baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id };
  const order = { guild: sim.guild, crypto: 'ltc', sender: sim.sender.id, receiver: sim.receiver.id };
  const setUp = `import { Client } from 'autoplus';
    import { setTimeout as sleep } from 'node:timers/promises';
    const id = ${JSON.stringify(id)};
    const client = new Client(${JSON.stringify({ ...options, store, timeouts: limits })});
    const order = ${JSON.stringify({ ...order, operation: 'order:1' })};
    const tell = (value) => console.log(JSON.stringify(value));
    `;
  const code = ['--input-type=module', '-e', setUp + program];
  const [command, args] = shell
    ? ['/bin/sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...code]]
    : [process.execPath, code];
  const child = spawn(command, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const began = performance.now();
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(timer);
    return { code, output: output.trim(), seconds: (performance.now() - began) / 1000 };
  });
  return {
    ended,
    /** Everything that it told. */
    told: () => ended.then(({ output }) => parsed(output)),
    /** No chance to do anything any more. */
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** @param {string} output @returns {any[]} */
function parsed(output) {
  try {
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  } catch (cause) {
    throw new Error(`it said: ${output}`, { cause });
  }
}

/**
 * Waits until so many requests of this route came in.
 * @param {import('autoplus/testing').Simulator} sim
 * @param {string} route
 */
export async function arrived(sim, route, count = 1) {
  for (let looks = 0; sent(sim, route).length < count; looks += 1) {
    if (looks === 500) throw new Error(`no ${count} requests of ${route} came`);
    await sleep(20);
  }
}

/** @param {import('autoplus/testing').Simulator} sim @param {string} on */
export function sent(sim, on) {
  return sim.requests().filter(({ method, route }) => `${method} ${route}` === on);
}
