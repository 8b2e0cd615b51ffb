// @ts-check
// A whole trade in one file: both sides, from opening to payout, with play money.
import assert from 'node:assert/strict';
// ANCHOR: all
// ANCHOR: world
import { Client } from 'autoplus';
import { Simulator } from 'autoplus/testing';

const ADDRESS = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';

const sim = Simulator.start();
const { baseUrl, sender, receiver } = sim;
const shop = new Client({ token: receiver.token, userId: receiver.id, baseUrl });
const buyer = new Client({ token: sender.token, userId: sender.id, baseUrl });
// ANCHOR_END: world

// ANCHOR: agree
const parties = { guild: sim.guild, crypto: 'ltc', sender: sender.id, receiver: receiver.id };
const { id } = await shop.openTrade({ ...parties, operation: 'order:42' });
// who pays, who gets paid: compare, then confirm
for (const side of [shop, buyer]) await side.confirmIdentification(await side.trade(id));
await shop.setTerms(await shop.trade(id), 'one licence key');
await buyer.setTerms(await buyer.trade(id), '0.5 LTC, paid at once');
for (const side of [shop, buyer]) await side.confirmTerms(await side.trade(id));
// ANCHOR_END: agree

// ANCHOR: pay
sim.deposit(id, '0.5'); // in real life the buyer's wallet pays to trade.address
sim.confirmDeposit(id);
const trade = await buyer.trade(id);
console.log(trade.status, trade.amount, trade.crypto); // waitingAction 0.5 ltc
// ANCHOR_END: pay

// ANCHOR: settle
await (await buyer.requestRelease(trade)).confirm();
await (await shop.requestClaim(await shop.trade(id), ADDRESS)).confirm();
const events = shop.events(id, { startAfter: 0 }); // from the trade's beginning
for await (const event of events) console.log(event.type, event.trade.status);
console.log('ended:', events.end);
// ANCHOR_END: settle
// ANCHOR_END: all

assert.deepEqual(events.end, { end: 'closed', outcome: 'released' });
assert.deepEqual(sim.check({ creates: 1 }), []);
await shop.close();
await buyer.close();
sim.stop();
