// @ts-check
// The other side changes something between the look and the confirmation.
import assert from 'node:assert/strict';
import { ChangedSinceReviewError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { clientOf } from './other-side.mjs';

const sim = Simulator.start();
const client = clientOf(sim, sim.sender);
const shop = sim.receiver.id;
const { id } = sim.openTrade({
  until: 'waitingTermsAcceptance',
  senderTerms: '0.5 LTC, paid at once',
  receiverTerms: 'refund within a week',
});
/** @type {string[]} */
const shown = [];
/** @param {unknown[]} words */
const show = (...words) => shown.push(words.join(' '));

/**
 * @param {import('autoplus').Trade} reviewed
 * @param {import('autoplus').Trade} current
 */
function askAPerson(reviewed, current) {
  show('was:', JSON.stringify(reviewed.terms?.receiver.text));
  show('now:', JSON.stringify(current.terms?.receiver.text));
}

// ANCHOR: confirm
const trade = await client.trade(id); // a person reads both terms of this snapshot, and says yes
// ANCHOR_END: confirm
sim.act(id, 'receiver', { act: 'set_terms', text: 'no refunds' });
// ANCHOR: confirm
try {
  await client.confirmTerms(trade); // sends exactly these two texts and their version
} catch (error) {
  if (!(error instanceof ChangedSinceReviewError)) throw error;
  show('not confirmed:', error.fields.join(', '), 'changed; landed:', error.landed);
  askAPerson(error.reviewed, error.current); // a yes confirms error.current, never trade
}
// ANCHOR_END: confirm

// ANCHOR: parties
const { sender, receiver, crypto } = await client.trade(id);
if (sender === client.userId && receiver === shop && crypto === 'ltc') {
  console.log('still the trade that was agreed on');
}
// ANCHOR_END: parties
assert.match(String(shown[0]), /landed: false$/);
assert.deepEqual(shown.slice(1), ['was: "refund within a week"', 'now: "no refunds"']);
assert.equal(sim.trades()[0]?.effects.confirms, 0);
await client.close();
sim.stop();
