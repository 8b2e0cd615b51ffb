import type { Crypto, Role, TradeStatus } from './words.js';

/** A Discord account of the simulator, with its API token. */
export interface SimulatedUser {
  readonly id: string;
  readonly token: string;
}

export interface World {
  readonly base_url: string;
  readonly guild: string;
  readonly closed_guild: string;
  readonly users: Readonly<Record<string, { readonly id: string; readonly token?: string }>>;
}

export interface SimulatorOptions {
  /** Decides every made-up id, code and address: the same seed gives the same ones. */
  readonly seed?: number;
  /** The virtual time at the start, in Unix seconds. */
  readonly startTime?: number;
}

export interface OpenedInDiscord {
  readonly crypto?: Crypto;
  readonly sender?: string;
  readonly receiver?: string;
  /** The status that the trade is brought to. */
  readonly until?: TradeStatus;
  /** What is deposited, as a decimal string. */
  readonly amount?: string;
  readonly senderTerms?: string;
  readonly receiverTerms?: string;
}

export interface Move {
  readonly act:
    | 'choose_role'
    | 'confirm_identification'
    | 'reset_identification'
    | 'set_terms'
    | 'confirm_terms'
    | 'release'
    | 'return'
    | 'claim';
  readonly role?: Role;
  readonly text?: string | null;
  readonly address?: string;
}

/** How a request goes wrong; docs/simulator.md has what each kind means and takes. */
export interface Fault {
  readonly kind:
    | 'lost_before'
    | 'lost_after'
    | 'cut_body'
    | 'slow'
    | 'slow_body'
    | 'delayed'
    | 'status'
    | 'html'
    | 'duplicate'
    | 'overtaken'
    | 'repeated'
    | 'backwards'
    | 'stuck';
  /** How many requests go wrong. 1. */
  readonly times?: number;
  /** How many go well before. 0. */
  readonly skip?: number;
  readonly seconds?: number;
  readonly status?: number;
  readonly retry_after?: number | string;
  /** Whether it is done all the same, for `status` and `html`. */
  readonly processed?: boolean;
  readonly answer?: 'first' | 'second';
  readonly act?: Move & { readonly user: string };
  /** How many events come once more, for `repeated`. 1. */
  readonly events?: number;
}

export interface CannedAnswer {
  readonly status: number;
  /** Verbatim. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly times?: number;
}

/** The switches; docs/simulator.md has what each means. */
export interface Settings {
  readonly hold_executions: boolean;
  readonly hide_closed: boolean;
  readonly auto_confirm_deposit: boolean;
  readonly executions: 'complete' | 'fail' | 'hold';
  readonly execution_silence: number;
  readonly claim_status: string;
  readonly empty_changes: boolean;
  readonly send_date: boolean;
  readonly date_skew: number;
  readonly expiry_skew: number;
  readonly keys_kept: number;
  readonly in_flight: 'process' | 'conflict';
  readonly failed_answers: 'none' | 'refusals' | 'all';
  readonly key_lookup: 'first' | 'after_expiry';
  readonly expiry_checked: 'arrival' | 'processing';
  readonly older_challenge: 'void' | 'valid';
  readonly aborted_poll: number;
  readonly lost_polls: number;
  readonly keep_requests: boolean;
  readonly stale_reads: number;
  readonly terms_version: 'random' | 'of_texts';
}

/** What API requests changed in a trade. */
export interface Effects {
  readonly creates: number;
  readonly changes: number;
  readonly confirms: number;
  /** Releases and returns. */
  readonly actions: number;
  /** Accepted claims. */
  readonly executions: number;
}

export interface SimulatedTrade {
  readonly id: string;
  readonly tradeId: number;
  readonly status: TradeStatus;
  /** Who opened it, through the API or in Discord. */
  readonly created_by?: string;
  readonly effects: Effects;
}

/** Something that happened and must never. */
export interface BrokenRule {
  readonly rule: string;
  readonly trade: string | null;
  readonly says: string;
}

/** A request that the simulator saw. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The pattern of `path`, such as `/trades/{id}`. */
  readonly route: string | null;
  readonly query: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** `null` when no answer went out. */
  readonly status: number | null;
  readonly user: string | null;
  /** The planned fault, or `answer`, that it met. */
  readonly fault: string | null;
}

/** How polls went, of one trade and token. */
export interface CountedPolls {
  /** How many wait now. */
  readonly waiting: number;
  /** How many ever waited at once. */
  readonly most: number;
  readonly came: number;
  /** As one too many. */
  readonly refused: number;
}

/** How polls went: the sums, but the greatest `most`. */
export interface Polls extends CountedPolls {
  /** How many connections are open. */
  readonly connections: number;
  readonly of: readonly (CountedPolls & { readonly trade: string; readonly token: string })[];
}
