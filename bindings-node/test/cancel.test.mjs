import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError } from 'autoplus';
import { world } from './world.mjs';

test('aborting a read rejects at once', async (t) => {
  const { sim, sender } = world(t);
  sim.fault('GET /stats', { kind: 'slow', seconds: 5 });
  const controller = new AbortController();
  const began = performance.now();
  const call = sender.stats({ signal: controller.signal });
  await sleep(50);
  controller.abort(new Error('enough'));
  await assert.rejects(call, (error) => {
    return (
      error instanceof AbortError && error.code === 'ABORT_ERR' && String(error.cause) === 'Error: enough'
    );
  });
  assert.ok(performance.now() - began < 1000);
});

test('a signal that is aborted already sends nothing', async (t) => {
  const { sim, sender } = world(t);
  await assert.rejects(sender.stats({ signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.deepEqual(sim.requests(), []);
});

for (const named of [true, false]) {
  const title = `an aborted create can be repeated under its ${named ? 'own' : 'random'} name: one trade`;
  test(title, async (t) => {
    const { sim, sender } = world(t);
    sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 0.3 });
    const parties = { guild: sim.guild, crypto: 'ltc', sender: sim.sender.id, receiver: sim.receiver.id };
    const order = named ? { ...parties, operation: 'order:1' } : parties;
    const error = await sender.openTrade(order, { signal: AbortSignal.timeout(100) }).catch((why) => why);
    assert.ok(error instanceof AbortError);
    assert.match(error.message, /goes on/);
    assert.equal(error.operation?.kind, 'open_trade');
    const operation = error.operation?.name ?? '';
    assert.ok(named ? operation === 'order:1' : operation.length > 20, operation);
    assert.ok(error.message.includes(operation));
    const again = () => sender.openTrade({ ...parties, operation });
    const [pending] = await sender.pendingOperations();
    assert.deepEqual([pending?.name, pending?.state], [operation, 'running']);
    const { id } = await again();
    assert.equal((await again()).id, id);
    assert.deepEqual(await sender.pendingOperations(), []);
    const sent = sim.requests().filter(({ method }) => method === 'POST');
    assert.deepEqual(
      sent.map(({ status }) => status),
      [201],
    );
  });
}

for (const operation of ['release:1', undefined]) {
  test(`an aborted release goes on, and its challenge tells what became of it: ${operation}`, async (t) => {
    const { sim, sender } = world(t);
    const { id } = sim.openTrade({ until: 'waitingAction' });
    const challenge = await sender.requestRelease(await sender.trade(id));
    sim.fault('POST /trades/{id}/confirm-action', { kind: 'slow', seconds: 0.3 });
    const waiting = challenge.confirm({ operation, signal: AbortSignal.timeout(100) });
    const error = await waiting.catch((why) => why);
    assert.ok(error instanceof AbortError);
    assert.match(error.message, /same challenge/);
    assert.deepEqual([error.operation?.kind, error.operation?.tradeId], ['release', id]);
    await sleep(400);
    assert.equal((await challenge.confirm({ operation: error.operation?.name })).status, 'waitingAddress');
    assert.equal((await challenge.confirm()).status, 'waitingAddress');
    assert.equal(sim.requests().filter(({ path }) => path.endsWith('confirm-action')).length, 1);
  });
}

test('an aborted review says to read the trade, an aborted read leaves nothing open', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  const trade = await sender.trade(id);
  sim.fault('POST /trades/{id}/identification/confirm', { kind: 'slow', seconds: 0.3 });
  const signal = AbortSignal.timeout(100);
  await assert.rejects(sender.confirmIdentification(trade, { signal }), {
    name: 'AbortError',
    message: /read the trade/,
  });
  const error = await sender.trade(id, { signal }).catch((why) => why);
  assert.ok(error instanceof AbortError && !('operation' in error));
});

test('many calls may share one signal', async (t) => {
  const { sim, sender } = world(t);
  sim.fault('GET /stats', { kind: 'slow', seconds: 5, times: 64 });
  const controller = new AbortController();
  const calls = Array.from({ length: 64 }, () => sender.stats({ signal: controller.signal }));
  const rejected = Promise.all(calls.map((call) => assert.rejects(call, { name: 'AbortError' })));
  assert.equal(getEventListeners(controller.signal, 'abort').length, 1);
  controller.abort();
  await rejected;
});

test('listeners leave the signal when a call ends', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  const { signal } = new AbortController();
  await sender.stats({ signal });
  await sender.trade('42', { signal }).catch(() => {});
  for await (const event of sender.events(id, { signal })) if (event) break;
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});
