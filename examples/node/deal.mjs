// @ts-check
// What the shop and the buyer share: the deal, and how to compare a trade with it.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChangedSinceReviewError, ConflictError, NotFoundError, OutcomeUnknownError } from 'autoplus';

/**
 * What both sides agreed on before the trade was opened.
 * @typedef {object} Deal
 * @property {string} buyer the sender's Discord user
 * @property {string} shop the receiver's Discord user
 * @property {string} crypto
 * @property {string} price how much at least
 * @property {string} buyerTerms
 * @property {string} shopTerms
 *
 * @typedef {import('autoplus').Client} Client
 * @typedef {import('autoplus').Trade} Trade
 */

/**
 * Settles what an earlier run of this program left open. What stays unknown is never begun anew: the same call under
 * the same name, or a later start, settles it.
 * @param {Client} client
 */
export async function settle(client) {
  for (const { operation, message } of await client.recover()) {
    console.log(`from an earlier run: ${operation.kind} ${operation.name}: ${message}`);
  }
}

/**
 * Whether the trade is between these two and in this crypto.
 * @param {Deal} deal
 * @param {Trade} trade
 */
export function partiesMatch(deal, trade) {
  return trade.sender === deal.buyer && trade.receiver === deal.shop && trade.crypto === deal.crypto;
}

/**
 * Whether both terms are exactly the agreed ones.
 * @param {Deal} deal
 * @param {Trade} trade
 */
export function termsMatch(deal, { terms }) {
  return terms?.sender.text === deal.buyerTerms && terms.receiver.text === deal.shopTerms;
}

/**
 * Identification and terms are the same work for both sides: set one's own, compare, confirm.
 * @param {Client} client
 * @param {Deal} deal
 * @param {Trade} trade
 * @param {string} ownTerms
 */
export async function agree(client, deal, trade, ownTerms) {
  const next = client.nextStep(trade);
  if (next.step === 'confirmIdentification') {
    if (!partiesMatch(deal, trade)) return console.log('other parties or crypto than agreed: not confirmed');
    await client.confirmIdentification(trade);
    console.log('confirmed who sends and who receives');
  } else if (next.step === 'terms' && next.mine !== ownTerms) {
    await client.setTerms(trade, ownTerms);
    console.log(`set my terms: ${ownTerms}`);
  } else if (next.step === 'terms' && !next.confirmedByMe && next.theirs !== undefined) {
    if (!termsMatch(deal, trade)) {
      // Escaped: the other side chose this text.
      const theirs = JSON.stringify(next.theirs);
      return console.log(`their terms are not what was agreed, so they stay unconfirmed: ${theirs}`);
    }
    await client.confirmTerms(trade);
    console.log('confirmed both terms');
  }
}

/**
 * The other side was faster, or the trade is closed and gone: the next event has what stands now.
 * @param {() => Promise<void>} work
 */
export async function unlessFaster(work) {
  try {
    await work();
  } catch (error) {
    const faster = [ChangedSinceReviewError, ConflictError, NotFoundError];
    if (!faster.some((kind) => error instanceof kind)) throw error;
    console.log('the trade moved on meanwhile, looking again');
  }
}

/**
 * Repeats what may have taken effect, on the same challenge or under the same name: identical key and bytes go out, so
 * nothing happens twice. Never start anew instead.
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<T>}
 */
export async function untilKnown(call) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      console.log(`not known yet, asking again: ${error.message}`);
      await sleep(5_000);
    }
  }
}

/**
 * The command line's `--name value` pairs, all of them there.
 * @template {string} Name
 * @param {readonly Name[]} required
 * @param {readonly string[]} optional
 * @returns {Record<Name, string> & Record<string, string | undefined>}
 */
export function options(required, optional) {
  const names = [...required, ...optional].map((name) => [name, { type: /** @type {const} */ ('string') }]);
  const values = /** @type {Record<string, any>} */ (
    parseArgs({ options: Object.fromEntries(names) }).values
  );
  const missing = required.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new Error(`missing: ${missing.map((name) => `--${name}`).join(', ')}`);
  return /** @type {Record<Name, string>} */ (values);
}
