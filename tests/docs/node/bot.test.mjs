// @ts-check
// How a bot is tested: its own code, against a whole AutoPlus in the process.
// ANCHOR: fixtures
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChallengeExpiredError, Client, covers } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';

/** @param {import('node:test').TestContext} t */
function world(t) {
  const sim = Simulator.start();
  const { token, id: userId } = sim.sender;
  const timeouts = { attempt: 0.5, call: 2 }; // a test is impatient
  const buyer = new Client({ token, userId, baseUrl: sim.baseUrl, timeouts });
  t.after(async () => {
    await buyer.close();
    sim.stop();
  });
  return { sim, buyer };
}
// ANCHOR_END: fixtures

// ANCHOR: bot
/**
 * @param {Client} client
 * @param {string} id
 */
async function release(client, id) {
  const challenge = await client.requestRelease(await client.trade(id));
  await untilKnown(() => challenge.confirm({ operation: 'release:42' }), 100);
}
// ANCHOR_END: bot

// ANCHOR: fault
for (const kind of /** @type {const} */ (['lost_before', 'lost_after'])) {
  test(`funds are released once: ${kind}`, async (t) => {
    const { sim, buyer } = world(t);
    const { id } = sim.openTrade({ until: 'waitingAction' });
    sim.fault('POST /trades/{id}/confirm-action', { kind, times: 2 });
    await release(buyer, id);
    assert.equal(sim.trades()[0]?.effects.actions, 1);
    assert.deepEqual(sim.check(), []); // no rule was broken: nothing moved twice, nothing that wasn't confirmed
  });
}
// ANCHOR_END: fault

// ANCHOR: time
test('an old challenge moves nothing', async (t) => {
  const { sim, buyer } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const challenge = await buyer.requestRelease(await buyer.trade(id));
  sim.advance(61); // virtual: it takes no time
  await assert.rejects(challenge.confirm(), ChallengeExpiredError);
  assert.equal((await buyer.trade(id)).status, 'waitingAction');
});
// ANCHOR_END: time

// ANCHOR: play
test('a deposit that is too small', async (t) => {
  const { sim, buyer } = world(t);
  const { id } = sim.openTrade({ until: 'waitingReceive' });
  sim.deposit(id, '0.4');
  sim.confirmDeposit(id);
  assert.equal(covers(await buyer.trade(id), '0.5', 'ltc'), false);
  sim.act(id, 'receiver', { act: 'return' }); // the other side, in Discord
  assert.equal((await buyer.trade(id)).status, 'waitingReturnAddress');
});
// ANCHOR_END: play
