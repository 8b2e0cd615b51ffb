// Answers as zod checks them.
import * as z from 'zod';
import { CRYPTOS, EVENT_TYPES, STATUSES } from './words.mjs';

const Time = z.number().transform((seconds) => new Date(seconds * 1000));
const TermsSide = z.object({
  text: z.string().optional(),
  confirmed: z.boolean(),
  confirmedAt: Time.optional(),
});
const Trade = z.object({
  id: z.string(),
  tradeId: z.int(),
  revision: z.int(),
  openedAt: Time,
  crypto: z.enum(CRYPTOS),
  status: z.enum(STATUSES),
  sender: z.string().optional(),
  receiver: z.string().optional(),
  identificationRevision: z.int(),
  identificationConfirmedBy: z.array(z.string()),
  terms: z.object({ version: z.string(), sender: TermsSide, receiver: TermsSide }).optional(),
  address: z.string().optional(),
  fees: z.number().optional(),
  feesUsd: z.number().optional(),
  amount: z.number().optional(),
  amountUsd: z.number().optional(),
  receivedAt: Time.optional(),
  txid: z.string().optional(),
  settlementTxid: z.string().optional(),
  fundControlsLocked: z.boolean().optional(),
});
const TradeEvent = z.object({
  id: z.int(),
  type: z.enum(EVENT_TYPES),
  occurredAt: Time,
  changes: z.looseObject({}),
  trade: Trade,
});
const Page = z.object({ events: z.array(TradeEvent), nextOffset: z.int() });
const OpenedTrade = z.object({ id: z.string(), tradeId: z.int() });
const Challenge = z.object({
  action: z.enum(['release', 'return']),
  recipient: z.string(),
  confirmationCode: z.string(),
  expiresAt: Time,
});

/** @type {import('./values.mjs').Reading} */
export const checked = {
  trade: (json) => /** @type {any} */ (Trade.parse(json)),
  page: (json) => /** @type {any} */ (Page.parse(json)),
  opened: (json) => OpenedTrade.parse(json),
  challenge: (json) => Challenge.parse(json),
};
