// The models' fields, and the memory of which very objects came from the core.
import { errorOf, invalid } from './errors.js';
import type { FollowedTrade } from './following.js';
import { type Convert, list, listOf, model, type Origin, openJson, plain, time } from './mapper.js';
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
import type { Watched } from './watch.js';

/** Where each trade that was handed out stands in the core's own JSON. Copies aren't in it. */
const handedOut = new WeakMap<object, Origin>();

const SIDE = model({ text: plain, confirmed: plain, confirmedAt: time });
const TERMS = model({ version: plain, sender: SIDE, receiver: SIDE });
const TRADE = model(
  {
    id: plain,
    tradeId: plain,
    revision: plain,
    openedAt: time,
    crypto: plain,
    status: plain,
    sender: plain,
    receiver: plain,
    identificationRevision: plain,
    identificationConfirmedBy: list,
    terms: TERMS,
    address: plain,
    fees: plain,
    feesUsd: plain,
    amount: plain,
    amountUsd: plain,
    receivedAt: time,
    txid: plain,
    settlementTxid: plain,
    fundControlsLocked: plain,
  },
  (object) => {
    object.fundControlsLocked ??= false;
  },
);
const KEPT_TRADE: Convert = (value, origin) => {
  const snapshot = TRADE(value, origin) as object;
  handedOut.set(snapshot, origin);
  return snapshot;
};
const GAP = model({ lastKnown: KEPT_TRADE, fields: list });
const EVENT = model(
  { id: plain, type: plain, occurredAt: time, changes: plain, trade: KEPT_TRADE, gap: GAP, offset: plain },
  (object, origin) => {
    const { told } = origin as EventOrigin;
    Object.assign(object, told, { changes: openJson(told.changesJson) });
    if (object.gap) object.gap = Object.freeze({ ...object.gap, current: object.trade });
  },
);

/** What the core reads from an event's open `changes`. */
interface EventOrigin extends Origin {
  readonly told: Pick<TradeEvent, 'changesJson' | 'outcome' | 'execution' | 'offset'>;
}
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
  trade: KEPT_TRADE,
  execution: FUND_EXECUTION,
  message: plain,
});

const read =
  <T>(convert: Convert) =>
  (json: string): T =>
    convert(JSON.parse(json), { json, path: '' }) as T;

export const readTrade = read<Trade>(KEPT_TRADE);
export const readServers = read<readonly Server[]>(listOf(SERVER));
export const readStats = read<Stats>(STATS);
export const readTransactions = read<readonly Transaction[]>(listOf(TRANSACTION));
export const readOpened = read<OpenedTrade>(OPENED);
export const readFees = read<readonly BtcFeeOption[]>(listOf(FEE));
export const readFundExecution = read<FundExecution>(FUND_EXECUTION);
export const readOperations = read<readonly Operation[]>(listOf(OPERATION));
export const readSettlement = read<Settlement>(SETTLEMENT);
export const readSettlements = read<readonly Settlement[]>(listOf(SETTLEMENT));
/** A trade that doesn't count as reviewed. */
export const readRebuilt = read<Trade>(TRADE);

export function kept(json: string, path: string): Origin {
  return { json, path };
}

/** A trade that stands inside another text. */
export function trade(value: unknown, origin: Origin): Trade {
  return KEPT_TRADE(value, origin) as Trade;
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

type ToldEvent = EventOrigin['told'] & { readonly event: unknown };

export function readEvent(json: string): TradeEvent {
  return eventOf(JSON.parse(json), json);
}

function eventOf({ event, ...told }: ToldEvent, json: string): TradeEvent {
  if (told.execution) Object.freeze(told.execution);
  const origin: EventOrigin = { json, path: 'event', told };
  return EVENT(event, origin) as TradeEvent;
}

type ToldEnd = { readonly tradeId: string; readonly end: StreamEnd; readonly lastKnown?: unknown };
type ToldFailure = { readonly tradeId: string; readonly error: string; readonly over: boolean };

export function readWatched(json: string): Watched {
  const told: ToldEvent | ToldEnd | ToldFailure = JSON.parse(json);
  if ('event' in told) {
    const event = eventOf(told, json);
    return Object.freeze({ kind: 'event', tradeId: event.trade.id, event });
  }
  if ('error' in told) return Object.freeze({ kind: 'failure', ...told, error: errorOf(told.error) });
  const { lastKnown, ...rest } = told;
  return Object.freeze({
    kind: 'end',
    ...rest,
    end: Object.freeze(rest.end),
    ...(lastKnown !== undefined && { lastKnown: trade(lastKnown, kept(json, 'lastKnown')) }),
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
  const origin = handedOut.get(value);
  if (origin) return { ...origin, kept: true };
  return { json: rebuiltJson(value), path: '', kept: false };
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
