/** A known word, or one that this version doesn't know yet: readable all the same. */
export type Open<Known extends string> = Known | (string & {});

/** Asset and, for tokens, network. */
export const CRYPTOS = [
  'ltc',
  'sol',
  'eth',
  'bnb',
  'btc',
  'pol',
  'sol_usdt',
  'sol_usdc',
  'eth_usdt',
  'eth_usdc',
  'bnb_usdt',
  'bnb_usdc',
  'pol_usdt',
  'pol_usdc',
  'pol_usdce',
] as const;
export type Crypto = Open<(typeof CRYPTOS)[number]>;

/** Where a trade stands, in the order of its life. */
export const TRADE_STATUSES = [
  'waitingIdentification',
  'waitingTermsAcceptance',
  'waitingReceive',
  'waitingConfirmations',
  'waitingAction',
  'waitingReduceAmountAddress',
  'waitingReturnAddress',
  'waitingAddress',
  'completed',
] as const;
export type TradeStatus = Open<(typeof TRADE_STATUSES)[number]>;

/** What kind of change an event reports. */
export const EVENT_TYPES = [
  'trade.snapshot',
  'trade.created',
  'trade.identification.updated',
  'trade.terms.updated',
  'trade.status.changed',
  'trade.fund.execution.updated',
  'trade.support.updated',
  'trade.closed',
] as const;
export type EventType = Open<(typeof EVENT_TYPES)[number]>;

/** How fast a BTC transfer is to confirm. */
export const PRIORITIES = ['high', 'medium', 'none'] as const;
export type Priority = Open<(typeof PRIORITIES)[number]>;

/** How a trade ended. */
export const OUTCOMES = ['released', 'returned', 'canceled'] as const;
export type Outcome = Open<(typeof OUTCOMES)[number]>;

/** Where a transfer of funds stands. A word that this version doesn't know is not final. */
export const EXECUTION_STATES = ['pending', 'succeeded', 'failed'] as const;
export type ExecutionState = Open<(typeof EXECUTION_STATES)[number]>;

/** One of the two sides of a trade: the sender pays into escrow, the receiver delivers. */
export type Role = 'sender' | 'receiver';

/** What is to happen with the funds in escrow. */
export type Action = 'release' | 'return';
