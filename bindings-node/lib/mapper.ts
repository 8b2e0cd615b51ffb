// Turns parsed JSON of the core into what users see, in place: times become Dates, unknown fields move to `extra`,
// everything is frozen. For what comes seldom; trades and events have a way of their own, in `places.ts`.
import type { Extra } from './models.js';
import { native } from './native.js';

/** The JSON text that an object came from, and where in it the object stands. */
export interface Origin {
  readonly json: string;
  readonly path: string;
}

export type Convert = (value: unknown, origin: Origin) => unknown;
type Fields = Record<string, unknown>;

export const plain: Convert = (value) => value;
export const time: Convert = (value) => new Date((value as number) * 1000);

/** A model's fields by name. */
export function model(fields: Record<string, Convert>): Convert {
  const known = new Map(Object.entries(fields));
  return (value, origin) => {
    const object = value as Fields;
    const unknown: string[] = [];
    for (const name of Object.keys(object)) {
      const convert = known.get(name);
      if (convert === undefined) unknown.push(name);
      else if (convert !== plain) object[name] = convert(object[name], inside(origin, name));
    }
    setExtra(object, unknown, origin);
    return Object.freeze(object);
  };
}

export function listOf(item: Convert): Convert {
  return (value, origin) =>
    Object.freeze((value as unknown[]).map((each, at) => item(each, inside(origin, `${at}`))));
}

function inside(origin: Origin, name: string): Origin {
  return { json: origin.json, path: origin.path === '' ? name : `${origin.path}.${name}` };
}

function setExtra(object: Fields, unknown: string[], origin: Origin): void {
  if (unknown.length === 0) return;
  const raw: Record<string, string> = JSON.parse(native.rawFields(origin.json, origin.path, unknown));
  for (const name of unknown) delete object[name];
  Object.assign(object, extraOf(raw));
}

/** Fields that this version doesn't know, from the text of each. */
export function extraOf(raw: Readonly<Record<string, string>>): Extra {
  const values = Object.entries(raw).map(([name, json]) => [name, openJson(json)]);
  return { extra: Object.freeze(Object.fromEntries(values)), extraJson: Object.freeze(raw) };
}

/** JSON of open shape: frozen, and what isn't a safe integer is a string of the digits that came. */
export function openJson(json: string): unknown {
  return deepFreeze(JSON.parse(native.exactNumbers(json)));
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) if (typeof inner === 'object') deepFreeze(inner);
  return Object.freeze(value);
}
