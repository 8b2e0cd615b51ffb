// Answers as the API's page describes them, as a program in TypeScript would: what arrived is taken for what it should be,
// and times become Dates where they stand.

/**
 * @typedef {{ text?: string, confirmed: boolean, confirmedAt?: Date }} TermsSide
 * @typedef {{ version: string, sender: TermsSide, receiver: TermsSide }} TradeTerms
 * @typedef {object} Trade
 * @property {string} id
 * @property {number} tradeId
 * @property {number} revision
 * @property {Date} openedAt
 * @property {import('autoplus').Crypto} crypto
 * @property {import('autoplus').TradeStatus} status
 * @property {string} [sender]
 * @property {string} [receiver]
 * @property {number} identificationRevision
 * @property {string[]} identificationConfirmedBy
 * @property {TradeTerms} [terms]
 * @property {string} [address]
 * @property {number} [fees]
 * @property {number} [feesUsd]
 * @property {number} [amount]
 * @property {number} [amountUsd]
 * @property {Date} [receivedAt]
 * @property {string} [txid]
 * @property {string} [settlementTxid]
 * @property {boolean} [fundControlsLocked]
 * @typedef {{ id: number, type: string, occurredAt: Date, changes: object, trade: Trade }} TradeEvent
 * @typedef {{ id: string, tradeId: number }} OpenedTrade
 * @typedef {{ action: string, recipient: string, confirmationCode: string, expiresAt: Date }} Challenge
 *
 * @typedef {object} Reading how what JSON.parse gave becomes a value
 * @property {(json: any) => Trade} trade
 * @property {(json: any) => { events: TradeEvent[], nextOffset: number }} page
 * @property {(json: any) => OpenedTrade} opened
 * @property {(json: any) => Challenge} challenge
 */

/** @type {Reading} */
export const values = {
  trade,
  page(json) {
    for (const event of json.events) {
      event.occurredAt = time(event.occurredAt);
      trade(event.trade);
    }
    return json;
  },
  opened: (json) => json,
  challenge(json) {
    json.expiresAt = time(json.expiresAt);
    return json;
  },
};

/** @param {any} json @returns {Trade} */
function trade(json) {
  json.openedAt = time(json.openedAt);
  if (json.receivedAt !== undefined) json.receivedAt = time(json.receivedAt);
  if (json.terms !== undefined) {
    confirmed(json.terms.sender);
    confirmed(json.terms.receiver);
  }
  return json;
}

/** @param {any} side */
function confirmed(side) {
  if (side.confirmedAt !== undefined) side.confirmedAt = time(side.confirmedAt);
}

/** @param {number} seconds */
function time(seconds) {
  return new Date(seconds * 1000);
}
