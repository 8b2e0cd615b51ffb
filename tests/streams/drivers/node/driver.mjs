// What both drivers in Node do: obey the lines of run.py and keep what events tell.
import { createInterface } from 'node:readline';

/** Milliseconds before a stream that failed goes on. */
export const RETRY = 1000;

/** What run.py sets in the environment. */
export const settings = {
  url: read('STREAMS_URL'),
  caFile: read('STREAMS_CA_FILE') || undefined,
  hold: Number(read('STREAMS_HOLD')),
  patience: Number(read('STREAMS_PATIENCE')),
  trades: trades(BigInt(read('STREAMS_FIRST_TRADE')), Number(read('STREAMS_COUNT'))),
  /** One that nobody counts, to warm up with. */
  spareTrade: String(BigInt(read('STREAMS_FIRST_TRADE')) + BigInt(read('STREAMS_COUNT'))),
};

const seen = {
  snapshots: 0,
  latenciesMicros: /** @type {number[]} */ ([]),
  errors: /** @type {string[]} */ ([]),
};

/** @param {number | undefined} sentAtMicros absent in a snapshot */
export function sawEvent(sentAtMicros) {
  if (sentAtMicros === undefined) seen.snapshots += 1;
  else seen.latenciesMicros.push(nowMicros() - sentAtMicros);
}

/** @param {unknown} error */
export function sawError(error) {
  seen.errors.push(String(error));
}

/**
 * Says that it is ready, then does what it is told until nobody is left to tell.
 * @param {() => void} follow
 */
export async function obey(follow) {
  say('ready');
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === 'open') follow();
    else if (command === 'report') say(JSON.stringify(seen));
    else throw new Error(`expected open or report, and got ${command}`);
  }
  // Ten thousand polls end with the process; nothing is under way that closing would wait for.
  process.exit(0);
}

// The clock of the system to the microsecond: Date has milliseconds only, so the finer clock is set by its tick. Whoever
// is interrupted there sets it too early: the latest of a few is right.
const wallMinusTicks = Math.max(...Array.from({ length: 10 }, setByTick));

function setByTick() {
  const before = Date.now();
  while (Date.now() === before);
  return (before + 1) * 1000 - ticks();
}

function ticks() {
  return Number(process.hrtime.bigint() / 1000n);
}

function nowMicros() {
  return ticks() + wallMinusTicks;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {bigint} first @param {number} count */
function trades(first, count) {
  return Array.from({ length: count }, (_, at) => String(first + BigInt(at)));
}

/** @param {string} name */
function read(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} isn't set: run.py starts this program`);
  return value;
}
