// The models' fields, and trades on their way out and back.
import { errorOf, invalid } from './errors.js';
import type { FollowedTrade } from './following.js';
import { handedOut, handOut } from './handed-out.js';
import { type Convert, listOf, model, plain, time } from './mapper.js';
import type {
  BtcFeeOption,
  Extra,
  FundExecution,
  OpenedTrade,
  Server,
  Stats,
  StreamEnd,
  Trade,
  TradeEvent,
  Transaction,
} from './models.js';
import { native, type TradeText } from './native.js';
import type { Operation, Settlement } from './operations.js';
import { eventOf, type Places, tradeJson, tradeOf } from './places.js';
import type { Watched } from './watch.js';

/** A trade out of JSON text of the core, which counts as reviewed. */
const TRADE: Convert = (_, { json, path }) => tradeAt(json, path);
const SERVER = model({ id: plain, name: plain, icon: plain });
const STATS = model({
  trades: plain,
  volume: plain,
  canceledTrades: plain,
  canceledVolume: plain,
  trades24h: plain,
  volume24h: plain,
});
const TRANSACTION = model({
  crypto: plain,
  amount: plain,
  amountUsd: plain,
  txid: plain,
  txid2: plain,
  receivedAt: time,
  closedAt: time,
});
const OPENED = model({ id: plain, tradeId: plain });
const FEE = model({ priority: plain, satPerVbyte: plain, estimatedCostUsd: plain });
const FUND_EXECUTION = model({ executionId: plain, status: plain });
const OPERATION: Convert = (_, { json, path }) => readOperation(json, path);
const SETTLEMENT = model({
  operation: OPERATION,
  verdict: plain,
  by: plain,
  opened: OPENED,
  trade: TRADE,
  execution: FUND_EXECUTION,
  message: plain,
});

const read =
  <T>(convert: Convert) =>
  (json: string): T =>
    convert(JSON.parse(json), { json, path: '' }) as T;

export const readServers = read<readonly Server[]>(listOf(SERVER));
export const readStats = read<Stats>(STATS);
export const readTransactions = read<readonly Transaction[]>(listOf(TRANSACTION));
export const readOpened = read<OpenedTrade>(OPENED);
export const readFees = read<readonly BtcFeeOption[]>(listOf(FEE));
export const readFundExecution = read<FundExecution>(FUND_EXECUTION);
export const readOperations = read<readonly Operation[]>(listOf(OPERATION));
export const readSettlement = read<Settlement>(SETTLEMENT);
export const readSettlements = read<readonly Settlement[]>(listOf(SETTLEMENT));

/** A trade as it crossed, which counts as reviewed. */
export function readTrade(places: Places): Trade {
  const trade = tradeOf(places);
  handOut(trade, places);
  return Object.freeze(trade);
}

/** The trade that stands at a path in JSON text of the core; it counts as reviewed too. */
export function tradeAt(json: string, path: string): Trade {
  return readTrade(JSON.parse(native.tradeAt(json, path)));
}

/** A trade that doesn't count as reviewed. */
export function readRebuilt(json: string): Trade {
  return Object.freeze(tradeOf(JSON.parse(native.rebuiltTrade(json))));
}

/** The operation that stands at a path in JSON text of the core. */
export function readOperation(json: string, path: string): Operation {
  const told = JSON.parse(native.operationAt(json, path));
  return Object.freeze({
    ...told,
    values: Object.freeze(told.values),
    begunAt: new Date(told.begunAt * 1000),
  });
}

export function readEvent(places: Places): TradeEvent {
  return eventOf(places, readTrade);
}

/** What a watch tells of an item. */
export type ToldItem = ToldEvent | ToldEnd | ToldFailure;
type ToldEvent = { readonly event: Places };
type ToldEnd = { readonly tradeId: string; readonly end: StreamEnd; readonly lastKnown?: Places };
type ToldFailure = { readonly tradeId: string; readonly error: string; readonly over: boolean };

export function readWatched(told: ToldItem): Watched {
  if ('event' in told) {
    const event = readEvent(told.event);
    return Object.freeze({ kind: 'event', tradeId: event.trade.id, event });
  }
  if ('error' in told) return Object.freeze({ kind: 'failure', ...told, error: errorOf(told.error) });
  const { lastKnown, ...rest } = told;
  return Object.freeze({
    kind: 'end',
    ...rest,
    end: Object.freeze(rest.end),
    ...(lastKnown !== undefined && { lastKnown: readTrade(lastKnown) }),
  });
}

export function readFollowed(json: string): readonly FollowedTrade[] {
  const told: (Omit<FollowedTrade, 'error'> & { readonly error?: string })[] = JSON.parse(json);
  return Object.freeze(
    told.map(({ error, ...rest }) =>
      Object.freeze({ ...rest, ...(error !== undefined && { error: errorOf(error) }) }),
    ),
  );
}

/** A trade as the core takes it back. */
export function tradeText(value: object): TradeText {
  const places = handedOut(value);
  return places ? { json: tradeJson(places), kept: true } : { json: rebuiltJson(value), kept: false };
}

const TIMES = new Set(['openedAt', 'receivedAt', 'confirmedAt']);
const INNER = new Set(['terms', 'sender', 'receiver']);

/** The API's form of a trade that was copied or rebuilt: times in seconds, unknown fields back in their place. */
export function rebuiltJson(value: object): string {
  const { extra = {}, extraJson = {}, ...known } = value as Extra;
  const texts = new Map<string, string | undefined>();
  for (const [name, inner] of Object.entries(extra)) texts.set(name, JSON.stringify(inner));
  for (const [name, raw] of Object.entries(extraJson)) texts.set(name, checkedJson(name, raw));
  for (const [name, inner] of Object.entries(known)) texts.set(name, fieldJson(name, inner));
  const fields = [...texts].filter(([, json]) => json !== undefined);
  return `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;
}

function fieldJson(name: string, value: unknown): string | undefined {
  if (TIMES.has(name) && (typeof value === 'string' || value instanceof Date)) {
    return `${Math.floor(new Date(value).getTime() / 1000)}`;
  }
  if (INNER.has(name) && typeof value === 'object' && value !== null) return rebuiltJson(value);
  return JSON.stringify(value);
}

function checkedJson(name: string, raw: string): string {
  try {
    JSON.parse(raw);
    return raw;
  } catch {
    throw invalid(`trade: extraJson.${name} is no JSON`);
  }
}
