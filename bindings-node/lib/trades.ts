import { snapshot, text } from './arguments.js';
import { sync } from './errors.js';
import type { Trade } from './models.js';
import { native } from './native.js';
import { readRebuilt, rebuiltJson } from './snapshots.js';
import type { Crypto } from './words.js';

/**
 * Whether the escrow holds at least `minAmount` (a decimal string, compared exactly) of exactly this crypto. Anyone
 * may deposit less than was agreed and the API knows no price, so a shop asks this before it delivers.
 */
export function covers(trade: Trade, minAmount: string, crypto: Crypto): boolean {
  const [seen, least, wanted] = [snapshot(trade), text('minAmount', minAmount), text('crypto', crypto)];
  return sync(() => native.covers(seen, least, wanted));
}

/**
 * A trade from what `JSON.stringify(trade)` wrote. It can be read and compared; calls that confirm something take
 * only what the client or an event gave out.
 */
export function parseTrade(json: string): Trade {
  const source = text('json', json);
  return sync(() => readRebuilt(native.normalTrade(rebuiltJson(JSON.parse(source)))));
}
