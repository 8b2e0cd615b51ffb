// A whole trade between two clients, from opening it to the payout, against the simulator of the same package.
'use strict';
const assert = require('node:assert/strict');

const ADDRESS = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';

/**
 * @param {typeof import('autoplus')} autoplus
 * @param {typeof import('autoplus/testing')} testing
 */
exports.play = async ({ Client, covers, EventStream }, { Simulator }) => {
  const sim = Simulator.start();
  sim.settings({ auto_confirm_deposit: true });
  const store = `sqlite:autoplus-${process.pid}.db`;
  const as = (user, options) =>
    new Client({ baseUrl: sim.baseUrl, token: user.token, userId: user.id, ...options });
  const [buyer, shop] = [as(sim.sender), as(sim.receiver, { store })];
  const parties = { sender: sim.sender.id, receiver: sim.receiver.id };
  const { id } = await shop.openTrade({ guild: sim.guild, crypto: 'ltc', ...parties, operation: 'order:42' });

  for (const client of [buyer, shop]) await client.confirmIdentification(await client.trade(id));
  await buyer.setTerms(await buyer.trade(id), 'paid at once');
  await shop.setTerms(await shop.trade(id), 'one licence key');
  for (const client of [buyer, shop]) await client.confirmTerms(await client.trade(id));

  const deposit = buyer.nextStep(await buyer.trade(id));
  assert.equal(deposit.step, 'deposit');
  sim.deposit(id, '0.5');
  const paid = await shop.waitFor(id, ({ status }) => status === 'waitingAction', { timeout: 20 });
  assert.ok(covers(paid, '0.5', 'ltc') && !covers(paid, '0.50000001', 'ltc'));

  const release = await buyer.requestRelease(await buyer.trade(id));
  await release.confirm({ operation: 'release:42' });
  const claim = await shop.requestClaim(await shop.trade(id), ADDRESS);
  await claim.confirm({ operation: 'payout:42' });
  const events = shop.events(id, { startAfter: 0 });
  assert.ok(events instanceof EventStream);
  for await (const { trade } of events) assert.equal(trade.id, id);
  assert.deepEqual(events.end, { end: 'closed', outcome: 'released' });
  assert.deepEqual(sim.check({ creates: 1 }), []);
  await Promise.all([buyer.close(), shop.close()]);
  sim.stop();
};
