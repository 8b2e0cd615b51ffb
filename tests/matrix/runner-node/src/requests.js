// What the simulator received, against what a scenario expects.
import { check } from './matching.js';
import { Taken } from './taken.js';

/**
 * @typedef {import('autoplus/testing').SeenRequest} Seen
 * @typedef {import('./saved.js').Saved} Saved
 */

/**
 * @param {readonly Seen[]} all
 * @param {import('./scenario.js').RequestsStep} step
 * @param {Saved} saved
 */
export function checkRequests(all, step, saved) {
  const routes = step.only.map((route) => route.split(' '));
  const fits = (/** @type {Seen} */ request) =>
    routes.some(([method = '', path = '']) => is(request, method, path));
  const seen = routes.length === 0 ? all : all.filter(fits);
  if (seen.length < step.requests.length || (seen.length > step.requests.length && !step.more)) {
    const found = seen.map(({ method, path, status }) => `${method} ${path} ${status}`).join(', ');
    throw new Error(`expected ${step.requests.length} requests, saw ${seen.length}: ${found}`);
  }
  for (const [at, entry] of step.requests.entries()) {
    checkEntry(new Taken(entry, `request ${at}`), seen, at, saved);
  }
}

/** @param {Taken} entry @param {readonly Seen[]} seen @param {number} at @param {Saved} saved */
function checkEntry(entry, seen, at, saved) {
  const of = `request ${at}`;
  const request = /** @type {Seen} */ (seen[at]);
  const [method, path] = [entry.text('method'), entry.text('path')];
  if (!is(request, method, path)) {
    throw new Error(`${of}: expected ${method} ${path}, saw ${request.method} ${request.path}`);
  }
  for (const part of /** @type {const} */ (['status', 'query', 'headers'])) {
    if (entry.has(part)) check(saved.resolve(entry.optional(part)), request[part], `${of}: ${part}`);
  }
  if (entry.has('body')) {
    const body = request.body === null ? null : JSON.parse(request.body);
    check(saved.resolve(entry.optional('body')), body, `${of}: body`);
  }
  for (const part of entry.optionalList('body_contains') ?? []) {
    if (!request.body?.includes(String(part)))
      throw new Error(`${of}: ${part} isn't in the body ${request.body}`);
  }
  checkKeys(entry, seen, request, of);
  entry.end();
}

/** @param {Taken} entry @param {readonly Seen[]} seen @param {Seen} request @param {string} of */
function checkKeys(entry, seen, request, of) {
  const [same, other] = [entry.optionalNumber('same_key_as'), entry.optionalNumber('other_key_than')];
  const key = request.headers['idempotency-key'];
  const earlier = (/** @type {number} */ index) => {
    const found = seen[index];
    if (!found || key === undefined) throw new Error(`${of}: it, or entry ${index}, has no key`);
    return found;
  };
  if (same !== undefined) {
    const { headers, body } = earlier(same);
    if (headers['idempotency-key'] !== key || body !== request.body) {
      throw new Error(`${of}: the key or the body differs from entry ${same}`);
    }
  }
  if (other !== undefined && earlier(other).headers['idempotency-key'] === key) {
    throw new Error(`${of}: the key is that of entry ${other}`);
  }
}

/** @param {Seen} request @param {string} method @param {string} pattern */
function is(request, method, pattern) {
  const [wanted, found] = [pattern.split('/'), request.path.split('/')];
  const same = wanted.every((segment, at) => segment.startsWith('{') || segment === found[at]);
  return request.method === method && wanted.length === found.length && same;
}
