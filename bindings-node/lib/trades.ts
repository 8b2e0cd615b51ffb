import { amount, snapshot, text } from './arguments.js';
import { invalid, sync } from './errors.js';
import { openJson } from './mapper.js';
import type { AddressCheck, Trade } from './models.js';
import { native } from './native.js';
import { readRebuilt, rebuiltJson } from './snapshots.js';
import type { Crypto } from './words.js';

/**
 * Whether the escrow holds at least `minAmount` (a decimal string, compared exactly) of exactly this crypto for the
 * receiver: the deposit is confirmed (`waitingAction`) or was released to them (`waitingAddress`). Anyone may deposit
 * less than was agreed and the API knows no price, so a shop asks this of a trade that it read right before it
 * delivers. False at any other status.
 */
export function covers(trade: Trade, minAmount: string, crypto: Crypto): boolean {
  const [seen, least, wanted] = [snapshot(trade), amount('minAmount', minAmount), text('crypto', crypto)];
  return sync(() => native.covers(seen, least, wanted));
}

/**
 * A trade from what `JSON.stringify(trade)` wrote. It can be read and compared; calls that confirm something take
 * only what the client or an event gave out.
 */
export function parseTrade(json: string): Trade {
  const value = parsed(text('json', json));
  return sync(() => readRebuilt(rebuiltJson(value)));
}

function parsed(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {}
  if (typeof value === 'object' && value !== null) return value;
  throw invalid('json: expected what JSON.stringify(trade) wrote');
}

/**
 * What a crypto's network makes of an address, without sending anything; `requestClaim` asks the same first. Throws
 * {@link InvalidError} if it doesn't decode: a wrong character or length, another network, a test network.
 */
export function checkAddress(crypto: Crypto, address: string): AddressCheck {
  const [wanted, given] = [text('crypto', crypto), text('address', address)];
  return openJson(sync(() => native.checkAddress(wanted, given))) as AddressCheck;
}
