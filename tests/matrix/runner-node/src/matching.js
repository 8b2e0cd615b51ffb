// Expectations: maps compare the named keys, all else must be equal.

/** @typedef {Record<string, unknown>} Fields */

/**
 * Throws what isn't as expected; `at` names the place for people.
 * @param {unknown} expected
 * @param {unknown} actual
 * @param {string} at
 * @returns {void}
 */
export function check(expected, actual, at) {
  if (expected === '$any' && actual !== undefined) return;
  if (typeof expected === 'string' && expected.startsWith('$regex:')) {
    const pattern = new RegExp(expected.slice('$regex:'.length), 'u');
    if (typeof actual === 'string' && pattern.test(actual)) return;
    throw new Error(`${at}: ${show(actual)} doesn't match ${pattern}`);
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) {
      throw new Error(`${at}: expected ${expected.length} items, found ${actual.length}: ${show(actual)}`);
    }
    for (const [index, item] of expected.entries()) check(item, actual[index], `${at}.${index}`);
    return;
  }
  if (isMap(expected) && isMap(actual)) {
    for (const [name, field] of Object.entries(expected)) checkField(field, actual, name, at);
    return;
  }
  if (expected !== actual) throw new Error(`${at}: expected ${show(expected)}, found ${show(actual)}`);
}

/** @param {unknown} expected @param {Fields} found @param {string} name @param {string} at */
function checkField(expected, found, name, at) {
  const there = Object.hasOwn(found, name) && found[name] !== undefined;
  if (expected === '$absent') {
    if (there) throw new Error(`${at}.${name}: expected nothing, found ${show(found[name])}`);
    return;
  }
  if (!there) throw new Error(`${at}.${name}: expected ${show(expected)}, found nothing in ${show(found)}`);
  check(expected, found[name], `${at}.${name}`);
}

/** @param {unknown} value @returns {value is Fields} */
function isMap(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function show(value) {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
