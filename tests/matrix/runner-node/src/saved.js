/**
 * The result of a step: the object of the library itself, and its view.
 * @typedef {{ native: unknown, view: unknown }} Result
 */

const REFERENCE = /^\$([a-z][A-Za-z0-9_.]*)$/;

/** What earlier steps saved, and the references to it. */
export class Saved {
  /** @type {Map<string, Result>} */
  #results = new Map();

  /** @param {string} name @param {Result} result */
  save(name, result) {
    this.#results.set(name, result);
  }

  /** The library's own object under a name; undefined if `reference` isn't the name of a saved result.
   * @param {unknown} reference */
  native(reference) {
    const path = referred(reference);
    return path === undefined ? undefined : this.#results.get(path)?.native;
  }

  /** The value with every reference in it replaced by the view it points to.
   * @param {unknown} value @returns {unknown} */
  resolve(value) {
    const path = referred(value);
    if (path !== undefined) return this.#look(path);
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.resolve(field)]));
  }

  /** @param {string} path @returns {unknown} */
  #look(path) {
    const [name = '', ...fields] = path.split('.');
    let here = this.#results.get(name)?.view;
    for (const field of fields) {
      const inside = Object(here) === here && Object.prototype.propertyIsEnumerable.call(here, field);
      here = inside ? /** @type {Record<string, unknown>} */ (here)[field] : undefined;
    }
    if (here === undefined) throw new Error(`$${path} leads nowhere`);
    return here;
  }
}

/** The path in a string that is wholly a reference. @param {unknown} value */
function referred(value) {
  const path = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
  return path === 'any' || path === 'absent' ? undefined : path;
}
