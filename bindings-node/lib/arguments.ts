// What JavaScript callers can get wrong and the core can't see: types, misspelt names, and text that would change on
// its way.
import { invalid } from './errors.js';
import type { Trade } from './models.js';
import type { TradeText } from './native.js';
import type { Operation } from './operations.js';
import { tradeText } from './snapshots.js';

/** A string that arrives in the core exactly as it is here. */
export function text(name: string, value: string, advice = ''): string {
  if (typeof value !== 'string') throw invalid(`${name}: expected a string, got ${describe(value)}${advice}`);
  if (!value.isWellFormed()) {
    throw invalid(`${name}: it holds half a surrogate pair, which can't be sent unchanged`);
  }
  return value;
}

export function optionalText(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : text(name, value);
}

export function id(name: string, value: string): string {
  return text(name, value, hint(value, 'Discord ids are strings'));
}

export function amount(name: string, value: string): string {
  return text(name, value, hint(value, 'amounts are strings such as "0.5"'));
}

function hint(value: unknown, rule: string): string {
  return typeof value === 'number' ? `; ${rule}, a number loses digits` : '';
}

/**
 * An object with these fields and no others: a misspelt one, left out silently, could move money under no name, or
 * send a test's calls to the real API.
 */
export function fields<T extends object>(name: string, given: T, known: readonly (keyof T & string)[]): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(`${name}: expected an object with ${known.join(', ')}; got ${describe(given)}`);
  }
  const unknown = Object.keys(given).find((field) => !(known as readonly string[]).includes(field));
  if (unknown !== undefined) {
    throw invalid(`${name}: ${JSON.stringify(unknown)} isn't known, it has ${known.join(', ')}`);
  }
  return given;
}

/** Known by what it can do: a test environment may have a class of its own. */
export function signal(value: AbortSignal | undefined): AbortSignal | undefined {
  if (value === undefined) return value;
  if (typeof value?.aborted === 'boolean' && typeof value.addEventListener === 'function') return value;
  throw invalid(`signal: expected an AbortSignal, got ${describe(value)}`);
}

export function seconds(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value < Infinity)) return;
  const got = typeof value === 'number' ? value : describe(value);
  throw invalid(`${name}: expected a number of seconds, such as 45; got ${got}`);
}

/** A trade as it goes back to the core, which judges whether it counts as reviewed. */
export function snapshot(trade: Trade): TradeText {
  if (typeof trade?.id === 'string' && typeof trade.status === 'string') return tradeText(trade);
  const awaited = (trade as unknown) instanceof Promise ? '; await it first' : '';
  throw invalid(
    `trade: expected the snapshot that the client gave you, or the \`trade\` of an event; got ${describe(trade)}${awaited}`,
  );
}

/** An operation as it goes back to the core. */
export function operation(value: Pick<Operation, 'json'>): string {
  if (typeof value?.json === 'string') return text('operation', value.json);
  throw invalid(
    `operation: expected one of pendingOperations, that of an error, or what JSON.stringify of one wrote, parsed; got ${describe(value)}`,
  );
}

export function flag(name: string, value: boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalid(`${name}: expected true or false; got ${describe(value)}`);
}

export function whole(name: string, value: number | undefined, what = 'a whole number'): number | undefined {
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw invalid(`${name}: expected ${what}; got ${typeof value === 'number' ? value : describe(value)}`);
}

/** How many at most. */
export function most(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid(
    `${name}: expected a whole number of at least 1; got ${typeof value === 'number' ? value : describe(value)}`,
  );
}

/** Thread ids. A single one is iterable too: it would become a trade per digit. */
export function ids(name: string, values: Iterable<string>): string[] {
  if (typeof values === 'object' && values !== null && Symbol.iterator in values) {
    return Array.from(values, (value) => id('trade id', value));
  }
  throw invalid(`${name}: expected a list of thread ids, got ${describe(values)}`);
}

/** What was given, without its value: it could be a token. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { name } = value.constructor ?? {};
  return Array.isArray(value) || name === 'Object' ? 'another object' : `an object of ${name}`;
}
