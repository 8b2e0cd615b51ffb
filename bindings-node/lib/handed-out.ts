// Which very objects came from the core. What is put in here is no property: nobody sees it, and no copy has it.

import type { Places } from './places.js';

class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so the private field below becomes one of this object
    return object;
  }
}

/** A WeakMap would do the same, and cost the collector more than all else that an event takes. */
class Marked extends Given {
  readonly #places: Places;

  constructor(object: object, places: Places) {
    super(object);
    this.#places = places;
  }

  static places(object: object): Places | undefined {
    return #places in object ? object.#places : undefined;
  }
}

/** Notes that an object, not yet frozen, is handed out for what stands at these places. */
export function handOut(object: object, places: Places): void {
  new Marked(object, places);
}

/** What an object was handed out for, if it is the very one. */
export function handedOut(object: object): Places | undefined {
  return Marked.places(object);
}
