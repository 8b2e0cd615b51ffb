// Trades and events as they cross: lists with each field at its place, which `src/places.rs` writes. Behind the known fields
// stand those that this version doesn't know, as JSON text by name; what isn't there is null.
import { deepFreeze, extraOf } from './mapper.js';
import type { Execution, Extra, Gap, TermsSide, Trade, TradeEvent, TradeTerms } from './models.js';

/** What stands at the places of a value. */
export type Places = readonly unknown[];

/** A whole number that JavaScript would round comes as its digits. */
type Whole = number | string;
/** Text that JavaScript would write otherwise in JSON comes as that JSON, in a list. */
type Raw = string | readonly [string];
/** While it is made. */
type Made<T> = { -readonly [Name in keyof T]: T[Name] };
type Unknown = Readonly<Record<string, string>> | null;

type TradePlaces = readonly [
  id: string,
  tradeId: Whole,
  revision: Whole,
  openedAt: Whole,
  crypto: string,
  status: string,
  sender: string | null,
  receiver: string | null,
  identificationRevision: Whole,
  identificationConfirmedBy: readonly string[],
  terms: TermsPlaces | null,
  address: string | null,
  fees: string | null,
  feesUsd: string | null,
  amount: string | null,
  amountUsd: string | null,
  receivedAt: Whole | null,
  txid: string | null,
  settlementTxid: string | null,
  fundControlsLocked: boolean | null,
  extra: Unknown,
];
type TermsPlaces = readonly [version: string, sender: SidePlaces, receiver: SidePlaces, extra: Unknown];
type SidePlaces = readonly [text: Raw | null, confirmed: boolean, confirmedAt: Whole | null, extra: Unknown];
type EventPlaces = readonly [
  id: Whole,
  type: string,
  occurredAt: Whole,
  changes: unknown,
  changesJson: string,
  outcome: string | null,
  execution: readonly [id: string | null, state: string, reason: string | null] | null,
  trade: TradePlaces,
  gap: GapPlaces | null,
  offset: Whole,
  extra: Unknown,
];
type GapPlaces = readonly [lastKnown: TradePlaces | null, fields: readonly string[], extra: Unknown];

export function tradeOf(places: Places): Made<Trade> {
  const a = places as TradePlaces;
  const trade = {
    id: a[0],
    tradeId: whole(a[1]),
    revision: whole(a[2]),
    openedAt: time(a[3]),
    crypto: a[4],
    status: a[5],
  } as Made<Trade>;
  if (a[6] !== null) trade.sender = a[6];
  if (a[7] !== null) trade.receiver = a[7];
  trade.identificationRevision = whole(a[8]);
  trade.identificationConfirmedBy = Object.freeze(a[9]);
  if (a[10] !== null) trade.terms = termsOf(a[10]);
  if (a[11] !== null) trade.address = a[11];
  if (a[12] !== null) trade.fees = a[12];
  if (a[13] !== null) trade.feesUsd = a[13];
  if (a[14] !== null) trade.amount = a[14];
  if (a[15] !== null) trade.amountUsd = a[15];
  if (a[16] !== null) trade.receivedAt = time(a[16]);
  if (a[17] !== null) trade.txid = a[17];
  if (a[18] !== null) trade.settlementTxid = a[18];
  trade.fundControlsLocked = a[19] ?? false;
  if (a[20] !== null) Object.assign(trade, extraOf(a[20]));
  return trade;
}

function termsOf(a: TermsPlaces): TradeTerms {
  const terms: Made<TradeTerms> = { version: a[0], sender: sideOf(a[1]), receiver: sideOf(a[2]) };
  if (a[3] !== null) Object.assign(terms, extraOf(a[3]));
  return Object.freeze(terms);
}

function sideOf(a: SidePlaces): TermsSide {
  const side = {} as Made<TermsSide>;
  if (a[0] !== null) side.text = typeof a[0] === 'string' ? a[0] : JSON.parse(a[0][0]);
  side.confirmed = a[1];
  if (a[2] !== null) side.confirmedAt = time(a[2]);
  if (a[3] !== null) Object.assign(side, extraOf(a[3]));
  return Object.freeze(side);
}

/** `trade` makes of a trade's places what is handed out. */
export function eventOf(places: Places, trade: (places: Places) => Trade): TradeEvent {
  const a = places as EventPlaces;
  const event = {
    id: whole(a[0]),
    type: a[1],
    occurredAt: time(a[2]),
    changes: deepFreeze(a[3]),
    changesJson: a[4],
  } as Made<TradeEvent>;
  if (a[5] !== null) event.outcome = a[5];
  if (a[6] !== null) event.execution = executionOf(a[6]);
  event.trade = trade(a[7]);
  if (a[8] !== null) event.gap = gapOf(a[8], event.trade, trade);
  event.offset = whole(a[9]);
  if (a[10] !== null) Object.assign(event, extraOf(a[10]));
  return Object.freeze(event);
}

function executionOf([id, state, reason]: NonNullable<EventPlaces[6]>): Execution {
  return Object.freeze({ ...(id !== null && { id }), state, ...(reason !== null && { reason }) });
}

function gapOf([lastKnown, fields, extra]: GapPlaces, current: Trade, trade: (places: Places) => Trade): Gap {
  const gap = { ...(lastKnown !== null && { lastKnown: trade(lastKnown) }) } as Made<Gap>;
  gap.fields = Object.freeze(fields);
  if (extra !== null) Object.assign(gap, extraOf(extra));
  gap.current = current;
  return Object.freeze(gap);
}

function whole(value: Whole): number {
  return typeof value === 'number' ? value : Number(value);
}

function time(seconds: Whole): Date {
  return new Date((seconds as number) * 1000);
}

/** The names of the fields at the places, and what each of them holds beside text and truths. */
const TRADE = {
  id: 'text',
  tradeId: 'whole',
  revision: 'whole',
  openedAt: 'whole',
  crypto: 'text',
  status: 'text',
  sender: 'text',
  receiver: 'text',
  identificationRevision: 'whole',
  identificationConfirmedBy: 'text',
  terms: 'terms',
  address: 'text',
  fees: 'text',
  feesUsd: 'text',
  amount: 'text',
  amountUsd: 'text',
  receivedAt: 'whole',
  txid: 'text',
  settlementTxid: 'text',
  fundControlsLocked: 'text',
} as const satisfies Names<Trade>;
const TERMS = { version: 'text', sender: 'side', receiver: 'side' } as const satisfies Names<TradeTerms>;
const SIDE = { text: 'raw', confirmed: 'text', confirmedAt: 'whole' } as const satisfies Names<TermsSide>;

type Holds = 'text' | 'whole' | 'raw' | 'terms' | 'side';
/** All fields that a model has: none is forgotten. */
type Names<Model> = Readonly<Record<Exclude<keyof Model, keyof Extra>, Holds>>;

/** The library's JSON form of a trade, exactly as it came. */
export function tradeJson(places: Places): string {
  return json(TRADE, places);
}

function json(names: Readonly<Record<string, Holds>>, places: Places): string {
  const fields = Object.entries(names).flatMap(([name, holds], at) => {
    const value = places[at];
    return value === null ? [] : [`${JSON.stringify(name)}:${valueJson(holds, value)}`];
  });
  const unknown = Object.entries(places.at(-1) ?? {}).map(([name, raw]) => `${JSON.stringify(name)}:${raw}`);
  return `{${[...fields, ...unknown].join()}}`;
}

function valueJson(holds: Holds, value: unknown): string {
  switch (holds) {
    case 'whole':
      return String(value);
    case 'raw':
      return typeof value === 'string' ? JSON.stringify(value) : (value as [string])[0];
    case 'terms':
      return json(TERMS, value as Places);
    case 'side':
      return json(SIDE, value as Places);
    default:
      return JSON.stringify(value);
  }
}
