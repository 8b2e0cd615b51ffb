// One scenario from its first step to its last.
import { inspect } from 'node:util';
import { AutoPlusError, Client, EventStream, StreamNotes, Watch } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { CALLS, WITHOUT_CLIENT } from './calls.js';
import { check } from './matching.js';
import * as prints from './prints.js';
import { checkRequests } from './requests.js';
import { Saved } from './saved.js';
import { Stores } from './stores.js';
import { Taken } from './taken.js';
import * as view from './view.js';

const STEP_LIMIT_SECONDS = 10;
/** Every token of the simulator begins so; none may ever be seen in an error. */
const SECRET = 'sim-token-';
const USERS = ['sender', 'receiver', 'stranger', 'outsider', 'second_sender', 'second_receiver'];

/** @param {string} name @param {import('./scenario.js').Scenario} scenario */
export async function run(name, scenario) {
  prints.begin(name);
  const stores = new Stores(name, scenario.shared);
  const world = new World(scenario, stores);
  try {
    for (const [at, step] of scenario.steps.entries()) {
      await inTime(world.step(step)).catch((error) => {
        throw new Error(`step ${at + 1}: ${error.message}`, { cause: error });
      });
    }
  } finally {
    await world.end(name);
    stores.end();
  }
}

/** @param {Promise<void>} step */
async function inTime(step) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    const why = new Error(`took longer than ${STEP_LIMIT_SECONDS} s`);
    timer = setTimeout(reject, STEP_LIMIT_SECONDS * 1000, why);
  });
  await Promise.race([step, late]).finally(() => clearTimeout(timer));
}

class World {
  #simulator = Simulator.start();
  /** As it was before the first step. */
  #world = this.#simulator.world();
  #saved = new Saved();
  /** @type {Map<string, Client>} */
  #clients = new Map();
  /** What was opened, and by which client. @type {{ of: string | undefined, native: EventStream | StreamNotes | Watch }[]} */
  #open = [];
  #limits;
  #stores;

  /** @param {import('./scenario.js').Scenario} scenario @param {Stores} stores */
  constructor(scenario, stores) {
    this.#stores = stores;
    this.#limits = scenario.clients;
    for (const name of this.#limits.keys()) this.#optionsOf(name);
    this.#saved.save('world', { native: undefined, view: this.#world });
  }

  /** @param {string} scenario its name */
  async end(scenario) {
    await this.#close([...this.#clients.keys()]);
    prints.end(scenario, this.#simulator);
    this.#simulator.stop();
  }

  /** @param {import('./scenario.js').Step} step */
  async step(step) {
    if ('requests' in step) {
      checkRequests(this.#simulator.requests({ clear: true }), step, this.#saved);
      return;
    }
    if ('restart' in step) {
      await this.#close(step.restart);
      return;
    }
    const expect = step.expect;
    /** @type {import('./saved.js').Result} */
    let result;
    try {
      result = 'control' in step ? this.#control(step) : await this.#call(step);
    } catch (error) {
      if (!(error instanceof AutoPlusError) || 'control' in step) throw error;
      if (inspect(error, { depth: 9 }).includes(SECRET)) throw new Error('a token leaked', { cause: error });
      if (!expect || !('error' in expect))
        throw new Error(`${error.kind}: ${error.message}`, { cause: error });
      const failed = { native: error.operation, view: view.error(error) };
      check(this.#saved.resolve(expect.error), failed.view, 'error');
      if (step.save !== undefined) this.#saved.save(step.save, failed);
      return;
    }
    if (expect && 'error' in expect) {
      throw new Error(
        `expected the error ${JSON.stringify(expect.error)}, it gave ${JSON.stringify(result.view)}`,
      );
    }
    if (expect) check(this.#saved.resolve(expect.value), result.view, 'value');
    if (step.save !== undefined) this.#saved.save(step.save, result);
  }

  /** @param {import('./scenario.js').ControlStep} step */
  #control(step) {
    const command = /** @type {{ do: string }} */ (this.#saved.resolve(step.control));
    return { native: undefined, view: this.#simulator.control(command) };
  }

  /** @param {import('./scenario.js').CallStep} step */
  async #call(step) {
    const taken = new Taken(step.with, step.call);
    const args = this.#arguments(taken, step.with);
    const call = this.#start(step, args);
    taken.end();
    const result = await call();
    const { native } = result;
    if (native instanceof EventStream || native instanceof StreamNotes || native instanceof Watch) {
      this.#open.push({ of: step.as, native });
    }
    return result;
  }

  /** @param {import('./scenario.js').CallStep} step @param {import('./calls.js').Arguments} args */
  #start(step, args) {
    if (step.as === undefined) {
      const call = Object.hasOwn(WITHOUT_CLIENT, step.call) && WITHOUT_CLIENT[step.call];
      if (!call) throw new Error(`${step.call} isn't known, or needs \`as\``);
      return call(args);
    }
    const call = Object.hasOwn(CALLS, step.call) && CALLS[step.call];
    if (!call) throw new Error(`${step.call} isn't known`);
    return call(this.#client(step.as), args);
  }

  /** @param {Taken} taken @param {unknown} raw @returns {import('./calls.js').Arguments} */
  #arguments(taken, raw) {
    const references = /** @type {Record<string, unknown>} */ (raw);
    const value = (/** @type {string} */ name) =>
      new Taken({ [name]: this.#saved.resolve(taken.required(name)) }, name);
    return {
      has: (name) => taken.has(name),
      text: (name) => value(name).text(name),
      optionalText: (name) => (taken.has(name) ? value(name).optionalText(name) : undefined),
      textOrNull: (name) => {
        if (references[name] !== null) return value(name).text(name);
        taken.required(name);
        return null;
      },
      optionalNumber: (name) => (taken.has(name) ? value(name).optionalNumber(name) : undefined),
      optionalFlag: (name) => (taken.has(name) ? value(name).optionalFlag(name) : undefined),
      texts: (name) => (value(name).optionalList(name) ?? []).map(String),
      count: (name, least) => {
        const count = value(name).optionalNumber(name);
        if (count !== undefined && Number.isInteger(count) && count >= least) return count;
        throw new Error(`${name} must be at least ${least}`);
      },
      native: (name) => this.#saved.native(taken.required(name)),
      end: () => taken.end(),
    };
  }

  /** @param {string} name */
  #client(name) {
    const made = this.#clients.get(name);
    if (made) return made;
    const own = { timeouts: this.#limits.get(name) ?? {}, store: this.#stores.of(name) };
    const client = new Client({ baseUrl: this.#simulator.baseUrl, ...own, ...this.#optionsOf(name) });
    prints.shown('Client', client);
    this.#clients.set(name, client);
    return client;
  }

  /** Closes these and throws them away, their streams and watches first. @param {string[]} names */
  async #close(names) {
    for (const { of, native } of this.#open) if (names.includes(of ?? '')) native.close();
    const closed = names.map((name) => this.#clients.get(name)?.close());
    for (const name of names) this.#clients.delete(name);
    await Promise.all(closed);
  }

  /** @param {string} name @returns {import('autoplus').ClientOptions} */
  #optionsOf(name) {
    if (name === 'anonymous') return {};
    if (name === 'bad_token') return { token: 'sim-token-nobody', userId: this.#world.users.sender?.id };
    const user = USERS.includes(name) ? this.#world.users[name.replace('second_', '')] : undefined;
    if (!user) throw new Error(`the client ${name} isn't known`);
    return { token: user.token, userId: user.id };
  }
}
