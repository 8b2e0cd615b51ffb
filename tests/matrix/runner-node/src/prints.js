// With `MATRIX_PRINTS=FILE`: everything that the package gives out, in every form that JavaScript has.
// `tests/secrets/scan.py` searches it for the secrets in `FILE.codes`.
import { appendFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { ActionChallenge, ClaimChallenge, Client, EventStream, StreamNotes, Watch } from 'autoplus';

const FILE = process.env.MATRIX_PRINTS;
const ALL = { depth: Infinity, showHidden: true, getters: true, showProxy: true };
const WHOLE = { maxArrayLength: Infinity, maxStringLength: Infinity };

/** @type {Record<string, (value: unknown) => string | Buffer>} */
const FORMS = {
  String,
  inspect: (value) => inspect(value),
  'inspect all': (value) => inspect(value, { ...ALL, ...WHOLE }),
  'inspect unlike its class': (value) => inspect(value, { ...ALL, ...WHOLE, customInspect: false }),
  format: (value) => format('%s %o %O %j', value, value, value, value),
  JSON: (value) => JSON.stringify(value) ?? 'undefined',
  properties: (value) => inspect(properties(value), { depth: Infinity, ...WHOLE }),
  clone: (value) => inspect(structuredClone(value), { ...ALL, ...WHOLE }),
  serialize: (value) => serialize(value),
  stack: (value) => (value instanceof Error ? `${value.stack} ${inspect(value.cause)}` : ''),
};

/** @type {(string | Buffer)[]} */
let kept = [];

/** Prints a value, and gives it back. @template T @param {string} kind @param {T} value @returns {T} */
export function shown(kind, value) {
  if (FILE === undefined) return value;
  for (const [form, make] of Object.entries(FORMS)) {
    kept.push(`--- ${kind} ${form}\n`, printed(make, value), '\n');
  }
  return value;
}

/** @param {(value: unknown) => string | Buffer} make @param {unknown} value */
function printed(make, value) {
  try {
    return make(value);
  } catch (refusal) {
    // What can't be cloned says so, and that is printed too.
    return inspect(refusal, ALL);
  }
}

/** Every property of an object and of those it inherits from, hidden ones and symbols too.
 * @param {unknown} value @returns {Record<string, unknown>} */
function properties(value) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (let at = value; at instanceof Object && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Reflect.ownKeys(at)) found[String(name)] ??= Reflect.get(at, name, value);
  }
  return found;
}

/** Prints what a method is called on and what it gives, from now on. @param {{ prototype: object, name: string }} type */
function watch({ prototype, name }) {
  for (const method of Reflect.ownKeys(prototype)) {
    const { value, ...rest } = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
    if (typeof value !== 'function' || method === 'constructor') continue;
    const kind = `${name}.${String(method)}`;
    /** @this {unknown} @param {unknown[]} args */
    const watched = function (...args) {
      const ended = (/** @type {unknown} */ result) => {
        shown(name, this);
        return shown(kind, result);
      };
      const failed = (/** @type {unknown} */ error) => {
        throw ended(error);
      };
      try {
        const result = value.apply(this, args);
        return result instanceof Promise ? result.then(ended, failed) : ended(result);
      } catch (error) {
        return failed(error);
      }
    };
    Object.defineProperty(prototype, method, { ...rest, value: watched });
  }
}

/** @param {string} scenario */
export function begin(scenario) {
  kept = [`=== scenario ${scenario}\n`];
}

/** Tells the secrets of a scenario that is over: what the scan must not find.
 * @param {string} scenario @param {import('autoplus/testing').Simulator} simulator */
export function end(scenario, simulator) {
  if (FILE === undefined) return;
  /** @type {{ id: string }[]} */
  const trades = simulator.control({ do: 'trades' });
  const codes = trades.flatMap(({ id }) => /** @type {any} */ (simulator.inspect(id)).codes);
  // A code that is printed on purpose, to see that the scan finds it.
  if (process.env.MATRIX_PLANT_LEAK && codes.length > 0) shown('planted', { confirmationCode: codes[0] });
  const tokens = Object.values(simulator.world().users).flatMap(({ token }) => token ?? []);
  appendFileSync(`${FILE}.codes`, `${JSON.stringify({ scenario, codes, tokens })}\n`);
  appendFileSync(FILE, Buffer.concat(kept.map((chunk) => Buffer.from(chunk))));
  kept = [];
}

if (FILE !== undefined) {
  for (const file of [FILE, `${FILE}.codes`]) writeFileSync(file, '');
  for (const type of [Client, ActionChallenge, ClaimChallenge, EventStream, StreamNotes, Watch]) watch(type);
}
