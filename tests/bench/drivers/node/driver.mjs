// What all drivers in Node do: obey the lines of the harness, and read what they got to the last field.

export const TOKEN = 'bench';
export const AUTHORIZATION = `Bearer ${TOKEN}`;
export const GUILD = '100000000000000001';
const IN_FLIGHT = 64;

/** What the harness sets in the environment. */
export const settings = {
  url: read('BENCH_URL'),
  trade: read('BENCH_TRADE'),
  caFile: read('BENCH_CA_FILE') || undefined,
  store: read('BENCH_STORE'),
};

/**
 * @typedef {import('autoplus').Trade | import('./values.mjs').Trade} AnyTrade
 * @typedef {import('autoplus').TradeEvent | import('./values.mjs').TradeEvent} AnyEvent
 * @typedef {object} Stack
 * @property {() => Promise<number>} one
 * @property {() => Promise<number>} pay
 * @property {() => Promise<number>} batch
 */

/** How many fields were there: what is counted has to be read. */
let seen = 0;

/** @param {AnyTrade} trade */
export function readThree(trade) {
  seen += +(trade.status !== undefined) + +(trade.amount !== undefined);
  return trade.revision;
}

/** Every field of every event, and of its trade. @param {readonly AnyEvent[]} events */
export function readAll(events) {
  let total = 0;
  for (const event of events) {
    seen += +(event.type !== undefined) + +(event.occurredAt !== undefined) + +(event.changes !== undefined);
    readTrade(event.trade);
    total += event.id + event.trade.revision;
  }
  return total;
}

/** @param {AnyTrade} trade */
function readTrade(trade) {
  seen += +(trade.id !== undefined) + +(trade.tradeId !== undefined) + +(trade.openedAt !== undefined);
  seen += +(trade.crypto !== undefined) + +(trade.status !== undefined) + +(trade.sender !== undefined);
  seen += +(trade.receiver !== undefined) + +(trade.identificationRevision !== undefined);
  seen += trade.identificationConfirmedBy.length + +(trade.address !== undefined);
  seen += +(trade.fees !== undefined) + +(trade.feesUsd !== undefined) + +(trade.amount !== undefined);
  seen += +(trade.amountUsd !== undefined) + +(trade.receivedAt !== undefined) + +(trade.txid !== undefined);
  seen += +(trade.settlementTxid !== undefined) + +(trade.fundControlsLocked !== undefined);
  if (trade.terms === undefined) return;
  seen += +(trade.terms.version !== undefined);
  for (const side of [trade.terms.sender, trade.terms.receiver]) {
    seen += +(side.text !== undefined) + +(side.confirmed !== undefined) + +(side.confirmedAt !== undefined);
  }
}

/** Works until nobody is left to tell what. Each work gives its share of the check. @param {Stack} stack */
export async function obey(stack) {
  await stack.one();
  if (process.argv.includes('once')) return;
  // A cold start is measured too: nothing is imported before it is needed.
  const { createInterface } = await import('node:readline');
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [work = '', times] = line.split(' ');
    say(JSON.stringify({ check: await run(stack, work, Number(times)) }));
  }
  if (seen === 0) throw new Error('nothing was read');
}

/** @param {Stack} stack @param {string} work @param {number} times */
async function run(stack, work, times) {
  switch (work) {
    case 'many': {
      const each = Array.from({ length: IN_FLIGHT }, () => repeat(() => stack.one(), times / IN_FLIGHT));
      return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
    }
    case 'one':
    case 'pay':
    case 'batch':
      return await repeat(() => stack[work](), times);
    default:
      throw new Error(`expected one, many, pay or batch, and got ${work}`);
  }
}

/** @param {() => Promise<number>} work @param {number} times */
async function repeat(work, times) {
  let total = 0;
  for (let at = 0; at < times; at += 1) total += await work();
  return total;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {string} name */
function read(name) {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} isn't set: run.py starts this program`);
  return value;
}
