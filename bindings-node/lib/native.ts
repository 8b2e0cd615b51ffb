import { loadAddon } from './addon.js';

/** A trade as it goes back to the core: its JSON, and whether it is the very object that came out. */
export interface TradeText {
  json: string;
  kept: boolean;
}

/** What stays native of what calls give. */
export type NativeObject = NativeWatched | NativeActionChallenge | NativeClaimChallenge;

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
  confirm(call: number, operation?: string): void;
}

export interface NativeClaimChallenge {
  confirm(call: number, fee?: string, operation?: string): void;
}

export interface NativeEvents {
  nextBatch(call: number, max: number): void;
  commit(call: number): void;
  close(): void;
  /** JSON text. */
  end(): string | null;
  /** A trade by place, as JSON text. */
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

/** One item of a watch. */
export interface NativeWatched {
  readonly watched?: never;
}

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

/** Hears of every call that ended: `Outcomes` in `src/calls.rs` says how. */
type Tell = (json: string, objects: readonly NativeObject[] | undefined | null) => void;

interface Native {
  NativeCalls: new (tell: Tell) => NativeCalls;
  NativeClient: { create(calls: NativeCalls, config: string, fromEnv: boolean): NativeClient };
  NativeSimulator: { start(seed?: number, startTime?: number): NativeSimulator };
  checkAddress(crypto: string, address: string): string;
  exactNumbers(json: string): string;
  knownWords(): string;
  rebuiltTrade(json: string): string;
  tradeAt(json: string, path: string): string;
  operationAt(json: string, path: string): string;
  rawFields(json: string, path: string, names: string[]): string;
  covers(trade: TradeText, minAmount: string, crypto: string): boolean;
}

export const native = loadAddon() as Native;
