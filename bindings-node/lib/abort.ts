// One listener per signal, however many calls share it: Node warns of a leak from the eleventh on.

const followers = new WeakMap<AbortSignal, Followers>();

/** Runs `hear` when the signal aborts, at once if it has; what it gives ends that. */
export function onAbort(signal: AbortSignal | undefined, hear: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    hear();
    return () => {};
  }
  const all = followers.get(signal) ?? new Followers(signal);
  followers.set(signal, all);
  all.add(hear);
  return () => all.delete(hear);
}

class Followers extends Set<() => void> {
  readonly #signal: AbortSignal;
  readonly #tell = (): void => {
    for (const hear of [...this]) hear();
  };

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  override add(hear: () => void): this {
    if (this.size === 0) this.#signal.addEventListener('abort', this.#tell, { once: true });
    return super.add(hear);
  }

  override delete(hear: () => void): boolean {
    const was = super.delete(hear);
    if (this.size === 0) this.#signal.removeEventListener('abort', this.#tell);
    return was;
  }
}
