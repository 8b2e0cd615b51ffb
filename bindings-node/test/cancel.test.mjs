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

test('aborting a mutation ends the wait alone; its name tells the outcome', async (t) => {
  const { sim, sender } = world(t);
  sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 0.3 });
  const order = {
    guild: sim.guild,
    crypto: 'ltc',
    sender: sim.sender.id,
    receiver: sim.receiver.id,
    operation: 'order:1',
  };
  const call = sender.openTrade(order, { signal: AbortSignal.timeout(100) });
  await assert.rejects(call, { name: 'AbortError', message: /goes on/ });
  await sender.close();
  assert.deepEqual(
    sim.requests().map((request) => request.status),
    [201],
  );
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
