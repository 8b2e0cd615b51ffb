/** The fields of a map, each taken out once; what is left at the end isn't known. */
export class Taken {
  /** @type {Map<string, unknown>} */
  #left;
  #of;

  /**
   * @param {unknown} map
   * @param {string} of what it is, for people
   */
  constructor(map, of) {
    if (typeof map !== 'object' || map === null || Array.isArray(map)) throw new Error(`${of} must be a map`);
    this.#left = new Map(Object.entries(map));
    this.#of = of;
  }

  /** @param {string} name */
  has(name) {
    return this.#left.has(name);
  }

  /** @param {string} name @returns {unknown} */
  optional(name) {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** @param {string} name @returns {unknown} */
  required(name) {
    if (!this.has(name)) throw new Error(`${this.#of}: ${name} is missing`);
    return this.optional(name);
  }

  /** @param {string} name @returns {string} */
  text(name) {
    return this.optionalText(name) ?? fail(`${this.#of}: ${name} is missing`);
  }

  /** @param {string} name @returns {string | undefined} */
  optionalText(name) {
    const value = this.optional(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new Error(`${this.#of}: ${name} must be a text`);
  }

  /** @param {string} name @returns {number | undefined} */
  optionalNumber(name) {
    const value = this.optional(name);
    if (value === undefined || typeof value === 'number') return value;
    throw new Error(`${this.#of}: ${name} must be a number`);
  }

  /** @param {string} name @returns {boolean | undefined} */
  optionalFlag(name) {
    const value = this.optional(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw new Error(`${this.#of}: ${name} must be true or false`);
  }

  /** @param {string} name @returns {unknown[] | undefined} */
  optionalList(name) {
    const value = this.optional(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw new Error(`${this.#of}: ${name} must be a list`);
  }

  end() {
    for (const name of this.#left.keys()) throw new Error(`${this.#of}: ${name} isn't known`);
  }
}

/** @param {string} why @returns {never} */
function fail(why) {
  throw new Error(why);
}
