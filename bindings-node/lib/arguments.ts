// What JavaScript callers can get wrong and the core can't see: types, and text that would change on its way.
import { invalid } from './errors.js';
import type { Trade } from './models.js';
import type { TradeText } from './native.js';
import { tradeText } from './snapshots.js';

/** A string that arrives in the core exactly as it is here. */
export function text(name: string, value: string): string {
  if (typeof value !== 'string') {
    const hint = typeof value === 'number' ? '; Discord ids are strings, a number loses digits' : '';
    throw invalid(`${name}: expected a string, got ${describe(value)}${hint}. Nothing was sent`);
  }
  if (!value.isWellFormed()) {
    throw invalid(`${name}: it holds half a surrogate pair, which can't be sent unchanged. Nothing was sent`);
  }
  return value;
}

export function optionalText(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : text(name, value);
}

/** A trade as it goes back to the core, which judges whether it counts as reviewed. */
export function snapshot(trade: Trade): TradeText {
  if (typeof trade !== 'object' || trade === null) {
    const got = describe(trade);
    throw invalid(
      `trade: expected the snapshot that the client or an event gave you, got ${got}. Nothing was sent`,
    );
  }
  return tradeText(trade);
}

export function offset(name: string, value: number | undefined): number | undefined {
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw invalid(`${name}: expected the offset of an event, a whole number, got ${describe(value)}`);
}

/** What was given, without its value: it could be a token. */
function describe(value: unknown): string {
  return value === null ? 'null' : `a value of type ${typeof value}`;
}
