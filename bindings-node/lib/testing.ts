import { fields, whole } from './arguments.js';
import { sync } from './errors.js';
import { type NativeSimulator, native } from './native.js';
import type {
  BrokenRule,
  CannedAnswer,
  Fault,
  Move,
  OpenedInDiscord,
  Polls,
  SeenRequest,
  Settings,
  SimulatedTrade,
  SimulatedUser,
  SimulatorOptions,
  World,
} from './simulation.js';
import type { Action, Crypto } from './words.js';

export type * from './simulation.js';

/**
 * A whole AutoPlus in this process, on loopback, for tests: both parties, virtual time, deposits, transfers and
 * faults. It listens when {@link start} returns.
 *
 * The methods are its control surface; {@link control} takes any command as it is. Where one takes a trade, it takes
 * the thread id; `on` is a route such as `POST /trades/{id}/action`.
 */
export class Simulator {
  /** What a client takes as `baseUrl`. */
  readonly baseUrl: string;
  readonly guild: string;
  readonly sender: SimulatedUser;
  readonly receiver: SimulatedUser;
  /** A member of the guild without a part in any trade. */
  readonly stranger: SimulatedUser;
  readonly #simulator: NativeSimulator;
  /** Kept from the garbage collector: a simulator runs until it is stopped, even if only its URL is still known. */
  static readonly #running = new Set<Simulator>();

  private constructor(options: SimulatorOptions) {
    const { seed, startTime } = fields('options', options, ['seed', 'startTime']);
    this.#simulator = sync(() =>
      native.NativeSimulator.start(whole('seed', seed), whole('startTime', startTime)),
    );
    const { base_url, guild, users } = this.world();
    this.baseUrl = base_url;
    this.guild = guild;
    this.sender = users.sender as SimulatedUser;
    this.receiver = users.receiver as SimulatedUser;
    this.stranger = users.stranger as SimulatedUser;
    Simulator.#running.add(this);
  }

  static start(options: SimulatorOptions = {}): Simulator {
    return new Simulator(options);
  }

  /** Closes every connection and frees the port. */
  stop(): void {
    Simulator.#running.delete(this);
    this.#simulator.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
  }

  /** Runs `{ do: verb, … }` and gives its result. */
  control<Result = unknown>(command: { readonly do: string; readonly [argument: string]: unknown }): Result {
    return JSON.parse(sync(() => this.#simulator.control(JSON.stringify(command))));
  }

  world(): World {
    return this.control({ do: 'world' });
  }

  addUser(user: { id?: string; token?: string; bot?: boolean; member?: boolean } = {}): SimulatedUser {
    return this.control({ do: 'add_user', ...user });
  }

  revokeToken(token: string): void {
    this.control({ do: 'revoke_token', token });
  }

  setCrypto(crypto: Crypto, enabled: boolean): void {
    this.control({ do: 'set_crypto', crypto, enabled });
  }

  /** The virtual time, in Unix seconds. */
  now(): number {
    return this.control<{ now: number }>({ do: 'now' }).now;
  }

  /** Skips virtual time; what is due by then happens. */
  advance(seconds: number): number {
    return this.control<{ now: number }>({ do: 'advance', seconds }).now;
  }

  settings(change: Partial<Settings> = {}): Settings {
    return this.control({ do: 'settings', ...change });
  }

  /** A trade made in Discord and brought to the status `until`. */
  openTrade(trade: OpenedInDiscord = {}): { readonly id: string; readonly tradeId: number } {
    const { senderTerms, receiverTerms, ...rest } = trade;
    return this.control({
      do: 'open_trade',
      ...rest,
      sender_terms: senderTerms,
      receiver_terms: receiverTerms,
    });
  }

  /** A participant's move in Discord, with the current values. */
  act(trade: string, user: string, move: Move): void {
    this.control({ do: 'act', trade, user, ...move });
  }

  /** Funds arrive at the escrow address; `amount` is a decimal string. */
  deposit(trade: string, amount: string): { readonly txid: string } {
    return this.control({ do: 'deposit', trade, amount });
  }

  confirmDeposit(trade: string): void {
    this.control({ do: 'confirm_deposit', trade });
  }

  /** Both agreed in Discord that this part goes back to the sender. */
  reduce(trade: string, amount: string): void {
    this.control({ do: 'reduce', trade, amount });
  }

  support(trade: string, open: boolean): void {
    this.control({ do: 'support', trade, open });
  }

  lock(trade: string, locked: boolean): void {
    this.control({ do: 'lock', trade, locked });
  }

  /** Staff release or return the funds. */
  force(trade: string, action: Action): void {
    this.control({ do: 'force', trade, action });
  }

  /** Moves an execution that `hold_executions` holds. */
  execution(trade: string, status: 'processing' | 'completed' | 'failed', reason?: string): void {
    this.control({ do: 'execution', trade, status, reason });
  }

  /** Staff close the trade. */
  close(trade: string, outcome: string | null): void {
    this.control({ do: 'close', trade, outcome });
  }

  /** Appends an event of any type. */
  emit(trade: string, type: string, changes?: unknown): void {
    this.control({ do: 'emit', trade, type, changes });
  }

  /** Drops the retained events. */
  expireHistory(trade: string): void {
    this.control({ do: 'expire_history', trade });
  }

  /** So many events on that trade, or each on a random open one, that change nothing but the revision. */
  happen(options: { trade?: string; count?: number } = {}): readonly { trade: string; id: number }[] {
    return this.control<{ events: { trade: string; id: number }[] }>({ do: 'happen', ...options }).events;
  }

  /** Closes the connections of polls that wait: of that trade, of a random share (0 to 1), or all. How many it was. */
  cut(options: { trade?: string; share?: number } = {}): number {
    return this.control<{ cut: number }>({ do: 'cut', ...options }).cut;
  }

  /** How polls went; with `clear` it is counted anew from then on. */
  polls(options: { trade?: string; clear?: boolean } = {}): Polls {
    return this.control({ do: 'polls', ...options });
  }

  /** Fields of the trade's JSON go out as these verbatim texts. */
  patch(trade: string, raw: Readonly<Record<string, string>>): void {
    this.control({ do: 'patch', trade, raw });
  }

  /** The next such requests get this answer instead. */
  answer(on: string, answer: CannedAnswer): void {
    this.control({ do: 'answer', on, ...answer });
  }

  /** The next such requests go wrong. */
  fault(on: string, fault: Fault): void {
    this.control({ do: 'fault', on, ...fault });
  }

  /** Forgets all planned answers and faults. */
  calm(): void {
    this.control({ do: 'calm' });
  }

  /** Every trade, so that a test finds the one whose creation lost its answer. */
  trades(): readonly SimulatedTrade[] {
    return this.control({ do: 'trades' });
  }

  /** What happened and must never; empty if all is well. `creates`: how many trades were meant to be created by API. */
  check(options: { trade?: string; creates?: number } = {}): readonly BrokenRule[] {
    return this.control({ do: 'check', ...options });
  }

  /** The API requests that came in, in order. */
  requests(options: { clear?: boolean } = {}): readonly SeenRequest[] {
    return this.control({ do: 'requests', ...options });
  }

  /** Everything that the simulator knows of the trade. */
  inspect(trade: string): unknown {
    return this.control({ do: 'inspect', trade });
  }
}
