// A process that is killed in the middle of moving something, and one that starts again over the same file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { arrived, sent, start } from './child.mjs';
import { file, world } from './world.mjs';

const CREATE = 'POST /guilds/{guildId}/trades';
const ACTION = 'POST /trades/{id}/confirm-action';
const CLAIM = 'POST /trades/{id}/confirm-claim';
const ADDRESS = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';
const RELEASE = `const release = await client.requestRelease(await client.trade(id));
  await release.confirm({ operation: 'release:1' });`;
const RECOVER = `tell(await client.recover()); tell(await client.pendingOperations());`;

/** @type {Record<string, import('autoplus/testing').Fault>} */
const OPENING = {
  'its answer is on the way': { kind: 'slow', seconds: 5 },
  'its answer was lost': { kind: 'lost_after', times: 9 },
  'it never arrived': { kind: 'lost_before', times: 9 },
  'it is still under way at the server': { kind: 'delayed', seconds: 5 },
};
for (const [when, fault] of Object.entries(OPENING)) {
  test(`killed while opening a trade, ${when}: recovered once, and never opened again`, async (t) => {
    const { sim } = world(t);
    const store = file(t);
    sim.fault(CREATE, fault);
    const killed = start(sim, { store }, `await client.openTrade(order);`);
    await arrived(sim, CREATE);
    await killed.kill();
    sim.calm();
    const [[settlement], pending, again] = await start(
      sim,
      { store },
      `${RECOVER} tell(await client.openTrade(order));`,
    ).told();
    const { verdict, by, opened, operation } = settlement;
    assert.deepEqual([verdict, by, operation.name, operation.state], ['done', 'replay', 'order:1', 'done']);
    assert.deepEqual([pending, again], [[], opened]);
    sim.advance(10);
    assert.deepEqual(
      sim.trades().map(({ id, effects }) => [id, effects.creates]),
      [[opened.id, 1]],
    );
    assert.deepEqual(sim.check({ creates: 1 }), []);
    assert.equal(new Set(sent(sim, CREATE).map(({ headers }) => headers['idempotency-key'])).size, 1);
  });
}

for (const kind of /** @type {const} */ (['slow', 'lost_after'])) {
  test(`killed while confirming a release that took effect (${kind}): the trade proves it`, async (t) => {
    const { sim } = world(t);
    const store = file(t);
    const { id } = sim.openTrade({ until: 'waitingAction' });
    sim.fault(ACTION, kind === 'slow' ? { kind, seconds: 5 } : { kind, times: 9 });
    const killed = start(sim, { id, store }, RELEASE);
    await arrived(sim, ACTION);
    await killed.kill();
    sim.calm();
    const sends = sent(sim, ACTION).length;
    const [[{ verdict, by, trade, operation }], pending] = await start(sim, { id, store }, RECOVER).told();
    assert.deepEqual([verdict, by, trade.status], ['done', 'reading', 'waitingAddress']);
    assert.deepEqual([operation.kind, operation.tradeId, pending], ['release', id, []]);
    assert.equal(sent(sim, ACTION).length, sends);
    assert.equal(sim.trades()[0]?.effects.actions, 1);
    assert.deepEqual(sim.check(), []);
  });
}

test('killed while confirming a release that never arrived: unknown first, then disproven, then done once', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const its = { id, store, limits: { attempt: 0.5 } };
  sim.fault(ACTION, { kind: 'lost_before', times: 9 });
  const killed = start(sim, its, RELEASE);
  await arrived(sim, ACTION);
  await killed.kill();
  sim.calm();
  sim.advance(120);
  const [[early], refused, [late]] = await start(
    sim,
    its,
    `tell(await client.recover());
    tell(await client.requestRelease(await client.trade(id)).catch(({ kind }) => kind));
    await sleep(1_500);
    tell(await client.recover());
    ${RELEASE}`,
  ).told();
  assert.deepEqual([early.verdict, early.by], ['unknown', undefined]);
  assert.equal(refused, 'operation_in_progress');
  assert.deepEqual([late.verdict, late.by], ['not_done', 'reading']);
  assert.equal(sim.trades()[0]?.effects.actions, 1);
  assert.deepEqual(sim.check(), []);
});

test('killed while confirming a claim: its transfer proves it, and nothing is claimed twice', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.settings({ executions: 'hold' });
  const { id } = sim.openTrade({ until: 'waitingReturnAddress' });
  sim.fault(CLAIM, { kind: 'slow', seconds: 5 });
  const claim = `const claim = await client.requestClaim(await client.trade(id), '${ADDRESS}');
    await claim.confirm({ operation: 'claim:1' });`;
  const killed = start(sim, { id, store }, claim);
  await arrived(sim, CLAIM);
  await killed.kill();
  const [[{ verdict, by, execution }], [pending], next, again] = await start(
    sim,
    { id, store },
    `${RECOVER}
    const trade = await client.trade(id);
    tell(client.nextStep(trade).step);
    tell(await client.requestClaim(trade, '${ADDRESS}').catch(({ kind }) => kind));`,
  ).told();
  assert.deepEqual([verdict, by, execution.status], ['done', 'reading', 'pending']);
  assert.deepEqual([pending.name, pending.kind, pending.state], ['claim:1', 'claim', 'accepted']);
  assert.deepEqual([next, again], ['payoutPending', 'operation_in_progress']);
  assert.equal(sim.trades()[0]?.effects.executions, 1);
  assert.deepEqual(sim.check(), []);
});

test('what a living process is at is left to it; the same call in another waits for its result', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 2 });
  const living = start(sim, { store }, `tell(await client.openTrade(order));`);
  await arrived(sim, CREATE);
  const [recovered, [pending], forgotten, resolved, waited] = await start(
    sim,
    { store },
    `tell(await client.recover());
    const pending = await client.pendingOperations();
    tell(pending);
    tell(await client.forget('order:1').catch(({ kind }) => kind));
    tell(await client.resolve(pending[0]));
    tell(await client.openTrade(order));`,
  ).told();
  assert.deepEqual([recovered, forgotten], [[], 'operation_in_progress']);
  assert.deepEqual([pending.name, pending.state, resolved.verdict], ['order:1', 'running', 'unknown']);
  assert.deepEqual(await living.told(), [waited]);
  assert.equal(sent(sim, CREATE).length, 1);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

test('a process that waits for another goes on where that one was killed', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 5 });
  const killed = start(sim, { store }, `await client.openTrade(order);`);
  await arrived(sim, CREATE);
  const waiting = start(sim, { store }, `tell(await client.openTrade(order));`);
  await sleep(700);
  assert.equal(sent(sim, CREATE).length, 1);
  await killed.kill();
  const [{ id }] = await waiting.told();
  assert.equal(sim.trades()[0]?.id, id);
  assert.equal(sent(sim, CREATE).length, 2);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});
