// undici as its documentation shows it; over TLS it is allowed HTTP/2, which this version doesn't ask for by itself.
// With --tuned it also shares a connection among a hundred requests.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { obey, RETRY, sawError, sawEvent, settings } from './driver.mjs';

const OPENING_AT_ONCE = 100;
const headers = { authorization: 'Bearer streams' };
const pipelining = process.argv.includes('--tuned') ? 100 : 1;
const agent = settings.caFile
  ? new Agent({ allowH2: true, pipelining, connect: { ca: readFileSync(settings.caFile) } })
  : new Agent();
const { origin, pathname } = new URL(settings.url);

function follow() {
  const waiting = settings.trades.values();
  for (let at = 0; at < OPENING_AT_ONCE; at += 1) openAll(waiting);
}

/**
 * One after another, so that not all of them open at once.
 * @param {Iterable<string>} trades
 */
async function openAll(trades) {
  for (const trade of trades) goOn(trade, await step(trade, undefined));
}

/** @param {string} trade @param {number | undefined} offset */
async function goOn(trade, offset) {
  for (let at = offset; ; ) at = await step(trade, at);
}

/**
 * One poll; gives the offset for the next.
 * @param {string} trade @param {number | undefined} offset
 */
async function step(trade, offset) {
  try {
    const page = await poll(trade, offset);
    for (const event of page.events) sawEvent(event.changes.sentAtMicros);
    return page.nextOffset;
  } catch (error) {
    sawError(error);
    await pause(RETRY);
    return offset;
  }
}

/**
 * @param {string} trade @param {number | undefined} offset
 * @returns {Promise<{ events: { changes: { sentAtMicros?: number } }[], nextOffset: number }>}
 */
async function poll(trade, offset) {
  const query = offset === undefined ? { timeout: settings.hold } : { timeout: settings.hold, offset };
  const path = `${pathname}/trades/${trade}/events`;
  const response = await agent.request({ origin, path, method: 'GET', headers, query });
  const page = await response.body.json();
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${JSON.stringify(page)}`);
  return /** @type {any} */ (page);
}

await poll(settings.spareTrade, undefined);
await obey(follow);
