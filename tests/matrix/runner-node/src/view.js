// Canonical views, built from the package's public properties alone.
import { CRYPTOS, EVENT_TYPES, EXECUTION_STATES, OUTCOMES, PRIORITIES, TRADE_STATUSES } from 'autoplus';
import { openJson } from './numbers.js';

/**
 * @typedef {Record<string, unknown>} Fields
 * @typedef {import('autoplus').Trade} TradeModel
 */

/** A view without what is absent. @param {Fields} fields @returns {Fields} */
export function view(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @param {Date | undefined} date */
const seconds = (date) => (date === undefined ? undefined : date.getTime() / 1000);

/** A word of an open list, and that it isn't known if so.
 * @param {string} name @param {string | undefined} value @param {readonly string[]} known */
export function word(name, value, known) {
  return {
    [name]: value,
    [`${name}Known`]: value === undefined || known.includes(value) ? undefined : false,
  };
}

/** @param {import('autoplus').Extra} model */
function extra({ extraJson }) {
  if (extraJson === undefined) return {};
  const fields = Object.entries(extraJson).map(([name, raw]) => [name, openJson(raw)]);
  return { extra: Object.fromEntries(fields) };
}

/** @param {import('autoplus').Server} server */
export function server(server) {
  const { id, name, icon } = server;
  return view({ id, name, icon, ...extra(server) });
}

/** @param {import('autoplus').Stats} stats */
export function stats(stats) {
  const { trades, volume, canceledTrades, canceledVolume, trades24h, volume24h } = stats;
  return view({ trades, volume, canceledTrades, canceledVolume, trades24h, volume24h, ...extra(stats) });
}

/** @param {import('autoplus').Transaction} transaction */
export function transaction(transaction) {
  const { crypto, amount, amountUsd, txid, txid2, receivedAt, closedAt } = transaction;
  return view({
    ...word('crypto', crypto, CRYPTOS),
    ...{ amount, amountUsd, txid, txid2 },
    receivedAt: seconds(receivedAt),
    closedAt: seconds(closedAt),
    ...extra(transaction),
  });
}

/** @param {TradeModel} trade */
export function trade(trade) {
  const { id, tradeId, revision, sender, receiver, address, fees, feesUsd, amount, amountUsd, txid } = trade;
  const { identificationRevision, identificationConfirmedBy, settlementTxid, fundControlsLocked } = trade;
  return view({
    ...{ id, tradeId, revision, sender, receiver, address, fees, feesUsd, amount, amountUsd, txid },
    ...{ identificationRevision, identificationConfirmedBy, settlementTxid, fundControlsLocked },
    openedAt: seconds(trade.openedAt),
    receivedAt: seconds(trade.receivedAt),
    ...word('crypto', trade.crypto, CRYPTOS),
    ...word('status', trade.status, TRADE_STATUSES),
    terms: trade.terms && terms(trade.terms),
    ...extra(trade),
  });
}

/** @param {import('autoplus').TradeTerms} terms */
function terms(terms) {
  const { version, sender, receiver } = terms;
  return view({ version, sender: side(sender), receiver: side(receiver), ...extra(terms) });
}

/** @param {import('autoplus').TermsSide} side */
function side(side) {
  const { confirmed, confirmedAt } = side;
  return view({ ...text('text', side.text), confirmed, confirmedAt: seconds(confirmedAt), ...extra(side) });
}

/** Text with each half of a surrogate pair shown as U+FFFD. @param {string} name @param {string | undefined} value */
function text(name, value) {
  const exact = value === undefined || value.isWellFormed();
  return { [name]: value?.toWellFormed(), [`${name}Exact`]: exact ? undefined : false };
}

/** @param {import('autoplus').OpenedTrade} opened */
export function opened(opened) {
  const { id, tradeId } = opened;
  return view({ id, tradeId, ...extra(opened) });
}

/** @param {import('autoplus').ActionChallenge} challenge */
export function action({ tradeId, action, recipient, expiresAt }) {
  return view({ tradeId, action, recipient, expiresAt: seconds(expiresAt) });
}

/** @param {import('autoplus').ClaimChallenge} challenge */
export function claim({ tradeId, address, crypto, expiresAt, feeOptions }) {
  const options = feeOptions.map((option) => {
    const { priority, satPerVbyte, estimatedCostUsd } = option;
    return view({
      ...word('priority', priority, PRIORITIES),
      satPerVbyte,
      estimatedCostUsd,
      ...extra(option),
    });
  });
  const known = word('crypto', crypto, CRYPTOS);
  return view({ tradeId, address, ...known, expiresAt: seconds(expiresAt), feeOptions: options });
}

/** @param {import('autoplus').FundExecution} receipt */
export function receipt(receipt) {
  const { executionId, status } = receipt;
  return view({ executionId, status, ...extra(receipt) });
}

/** @param {import('autoplus').TradeEvent} event */
export function event(event) {
  const { id, type, occurredAt, offset, outcome, execution, gap } = event;
  return view({
    ...{ id, offset, occurredAt: seconds(occurredAt), trade: trade(event.trade) },
    ...word('type', type, EVENT_TYPES),
    ...word('outcome', outcome, OUTCOMES),
    execution:
      execution &&
      view({
        id: execution.id,
        reason: execution.reason,
        ...word('state', execution.state, EXECUTION_STATES),
      }),
    gap:
      gap &&
      view({
        fields: gap.fields,
        lastKnown: gap.lastKnown && trade(gap.lastKnown),
        current: trade(gap.current),
        ...extra(gap),
      }),
    ...extra(event),
  });
}

/** @param {import('autoplus').NextStep} step */
export function nextStep(step) {
  switch (step.step) {
    case 'terms':
      return view({ ...step, ...text('mine', step.mine), ...text('theirs', step.theirs) });
    case 'deposit':
      return view({ ...step, ...word('crypto', step.crypto, CRYPTOS) });
    case 'closed':
      return view({ ...step, ...word('outcome', step.outcome, OUTCOMES) });
    default:
      return view({ ...step });
  }
}

/** @param {import('autoplus').Operation} operation */
export function operation({ name, kind, tradeId, state, values, idempotencyKey, body }) {
  return view({ name, kind, tradeId, state, values, idempotencyKey, body });
}

/** @param {import('autoplus').Settlement} settlement */
export function settlement(settlement) {
  const { verdict, by, message } = settlement;
  const done = settlement.verdict === 'done' ? settlement : undefined;
  return view({
    ...{ operation: operation(settlement.operation), verdict, by, message },
    opened: done?.opened && opened(done.opened),
    trade: done?.trade && trade(done.trade),
    execution: done?.execution && receipt(done.execution),
  });
}

/** @param {import('autoplus').AutoPlusError} error */
export function error(error) {
  const { kind, code, status, requestId, detailsJson, retryAfter, operation: failed, message } = error;
  return view({
    ...{ kind, code, status, requestId, message },
    details: detailsJson === undefined ? undefined : openJson(detailsJson),
    retryAfter: retryAfter === undefined ? undefined : Math.trunc(retryAfter),
    operation: failed && operation(failed),
    change: change(error),
  });
}

/** @param {object} error */
function change(error) {
  if (!('reviewed' in error)) return undefined;
  const { fields, landed, reviewed, current } = /** @type {import('autoplus').ChangedSinceReviewError} */ (
    error
  );
  return view({ fields, landed, reviewed: trade(reviewed), current: trade(current) });
}
