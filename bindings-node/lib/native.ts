import { loadAddon } from './addon.js';

/** A trade as it goes back to the core: its JSON, where in it, and whether it is the very object that came out. */
export interface TradeText {
  json: string;
  path: string;
  kept: boolean;
}

/** JSON text, several of them, or objects that stay native; a failure is always JSON text. */
export type NativeValue =
  | string
  | readonly string[]
  | readonly NativeWatched[]
  | NativeActionChallenge
  | NativeClaimChallenge;

/** What became of a call. */
export interface Outcome {
  readonly call: number;
  readonly succeeded: boolean;
  readonly value: NativeValue;
}

export interface NativeCalls {
  cancel(call: number): void;
  drain(): void;
  /** Debug builds only, for tests. */
  panic?(call: number): void;
  panicNow?(): void;
}

export interface NativeClient {
  readonly userId: string | null;
  setToken(token: string): void;
  nextStep(trade: TradeText): string;
  pendingOperations(call: number): void;
  knownTrades(call: number): void;
  recover(call: number): void;
  /** The operation is its JSON text. */
  resolve(call: number, operation: string, replay: boolean): void;
  forget(call: number, operation: string): void;
  events(tradeId: string, consumer?: string, startAfter?: number): NativeEvents;
  watch(trades: readonly string[], consumer?: string): NativeWatch;
  streamNotes(): NativeNotes;
  streamStats(): string;
  followedTrades(): string;
  close(call: number): void;
  servers(call: number): void;
  stats(call: number): void;
  transactions(call: number): void;
  trade(call: number, id: string): void;
  openTrade(
    call: number,
    guild: string,
    crypto: string,
    sender: string,
    receiver: string,
    operation: string,
  ): void;
  chooseRole(call: number, trade: TradeText, role: string): void;
  confirmIdentification(call: number, trade: TradeText): void;
  resetIdentification(call: number, trade: TradeText): void;
  setTerms(call: number, trade: TradeText, text: string | null): void;
  confirmTerms(call: number, trade: TradeText): void;
  requestRelease(call: number, trade: TradeText): void;
  requestReturn(call: number, trade: TradeText): void;
  requestClaim(call: number, trade: TradeText, address: string): void;
}

export interface NativeActionChallenge {
  view(): string;
  confirm(call: number, operation?: string): void;
}

export interface NativeClaimChallenge {
  view(): string;
  /** JSON text. */
  feeOptions(): string;
  confirm(call: number, fee?: string, operation?: string): void;
}

/** What it gives is JSON text. */
export interface NativeEvents {
  nextBatch(call: number, max: number): void;
  commit(call: number): void;
  close(): void;
  end(): string | null;
  lastKnown(): string | null;
  endedWithout(): string;
  tooLate(seconds: number): string;
}

export interface NativeWatch {
  add(tradeId: string): boolean;
  remove(tradeId: string): boolean;
  trades(): string[];
  nextBatch(call: number, max: number): void;
  take(call: number): void;
  done(call: number, watched: NativeWatched): void;
  giveBack(watched: NativeWatched): void;
  close(): void;
}

export interface NativeWatched {
  /** JSON text, once. */
  text(): string;
}

/** What it gives is JSON text. */
export interface NativeNotes {
  nextBatch(call: number, max: number): void;
  missed(): number;
  close(): void;
}

export interface NativeSimulator {
  baseUrl(): string;
  control(command: string): string;
  stop(): void;
}

interface Native {
  NativeCalls: new (tell: (outcomes: readonly Outcome[]) => void) => NativeCalls;
  NativeClient: { create(calls: NativeCalls, config: string, fromEnv: boolean): NativeClient };
  NativeSimulator: { start(seed?: number, startTime?: number): NativeSimulator };
  checkAddress(crypto: string, address: string): string;
  exactNumbers(json: string): string;
  knownWords(): string;
  normalTrade(json: string): string;
  operationAt(json: string, path: string): string;
  rawFields(json: string, path: string, names: string[]): string;
  covers(trade: TradeText, minAmount: string, crypto: string): boolean;
}

export const native = loadAddon() as Native;
