// @ts-check
// A claim in BTC: one of the offered fees goes along, and the transfer is followed to its end.
import assert from 'node:assert/strict';
import { checkAddress, InvalidError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';
import { clientOf } from './other-side.mjs';

const ADDRESS = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const DEAREST = 5; // satoshi per virtual byte
/** @type {(string | undefined)[]} */
const failures = [];

// ANCHOR: fee
/**
 * @param {import('autoplus').Client} client
 * @param {string} id
 */
async function claim(client, id) {
  const challenge = await client.requestClaim(await client.trade(id), ADDRESS);
  for (const { priority, satPerVbyte, estimatedCostUsd } of challenge.feeOptions) {
    console.log(`${priority}: ${satPerVbyte} sat/vB, about ${estimatedCostUsd} USD`);
  }
  const fee = fastestBelow(challenge.feeOptions, DEAREST);
  // The fee goes back exactly as it was offered. What was accepted is a receipt, not a transfer.
  const receipt = await untilKnown(() => challenge.confirm({ fee, operation: 'payout:42' }));
  console.log('accepted:', receipt.executionId, receipt.status);
}

/**
 * The dearest offer that isn't above the limit; the cheapest if all are.
 * @param {readonly import('autoplus').BtcFeeOption[]} offers
 * @param {number} limit
 */
function fastestBelow(offers, limit) {
  const rate = (/** @type {import('autoplus').BtcFeeOption} */ offer) => Number(offer.satPerVbyte);
  const dearestFirst = offers.toSorted((a, b) => rate(b) - rate(a));
  return dearestFirst.find((offer) => rate(offer) <= limit) ?? dearestFirst.at(-1);
}
// ANCHOR_END: fee

// ANCHOR: address
/**
 * Sends nothing. Throws an InvalidError if it is no BTC address; warns of what a person should look at.
 * @param {string} address
 */
function lookAt(address) {
  const { canonical, warnings } = checkAddress('btc', address);
  for (const { kind, message } of warnings) console.log(`${kind}: ${message}`);
  return canonical;
}
// ANCHOR_END: address

/** @param {import('autoplus').Execution} transfer */
function tellAPerson(transfer) {
  failures.push(transfer.reason);
  sim.settings({ executions: 'complete' });
}

// ANCHOR: transfer
/**
 * @param {import('autoplus').Client} client
 * @param {string} id
 */
async function takePayout(client, id) {
  const events = client.events(id, { consumer: 'payout' });
  for await (const { type, trade, execution } of events) {
    // nothing moved then: the funds are still in escrow and are claimed again
    if (execution?.state === 'failed') tellAPerson(execution);
    if (type !== 'trade.closed' && client.nextStep(trade).step === 'claim') await claim(client, id);
  }
  console.log('ended:', events.end);
}
// ANCHOR_END: transfer

assert.equal(lookAt(ADDRESS.toUpperCase()), ADDRESS);
assert.throws(() => lookAt(ADDRESS.replace('w508', 'w509')), InvalidError);

const sim = Simulator.start();
const client = clientOf(sim, sim.receiver);
const { id } = sim.openTrade({ crypto: 'btc', amount: '0.015', until: 'waitingAddress' });
sim.settings({ executions: 'fail' });
await takePayout(client, id);
assert.equal(failures.length, 1);
const bodies = sim.requests().filter(({ path }) => path.endsWith('confirm-claim'));
assert.equal(bodies.length, 2);
for (const { body } of bodies) assert.match(String(body), /"priority":"medium"/);
assert.deepEqual(sim.check(), []);
await client.close();
sim.stop();
