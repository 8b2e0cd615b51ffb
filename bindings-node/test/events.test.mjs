import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { world } from './world.mjs';

test('for await gives a snapshot, then what happens; leaving the loop closes the stream', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingReceive' });
  const stream = sender.events(id);
  const seen = [];
  for await (const event of stream) {
    seen.push(event.trade.status);
    if (seen.length === 1) sim.deposit(id, '0.5');
    if (event.trade.status === 'waitingConfirmations') break;
  }
  assert.deepEqual(seen, ['waitingReceive', 'waitingConfirmations']);
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
  assert.equal(stream.end, undefined);
});

test('a stream ends after the close, and tells how; startAfter goes on behind an event', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const first = sender.events(id);
  const { value: snapshot } = await first.next();
  first.close();
  sim.emit(id, 'trade.something.new', { odd: [1.5, { deep: [7, '1.5', -0.25] }] });
  sim.close(id, 'released');
  const stream = sender.events(id, { startAfter: snapshot?.offset });
  const events = [];
  for await (const event of stream) events.push(event);
  assert.deepEqual(
    events.map((event) => event.type),
    ['trade.something.new', 'trade.closed'],
  );
  assert.deepEqual(events[0]?.changes, { odd: ['1.5', { deep: [7, '1.5', '-0.25'] }] });
  assert.deepEqual(JSON.parse(events[0]?.changesJson ?? ''), { odd: [1.5, { deep: [7, '1.5', -0.25] }] });
  assert.ok(Object.isFrozen(events[0]?.changes) && Object.isFrozen(events[0]));
  assert.equal(events[1]?.outcome, 'released');
  assert.deepEqual(stream.end, { end: 'closed', outcome: 'released' });
  assert.equal(stream.offset, events[1]?.offset);
});

test("an event's trade counts as reviewed, and so do both snapshots of a gap", async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance' });
  const stream = sender.events(id);
  await stream.next();
  sim.act(id, 'receiver', { act: 'set_terms', text: 'ship' });
  sim.expireHistory(id);
  const { value: event } = await stream.next();
  assert.ok(event?.gap?.lastKnown);
  assert.equal(event.gap.current, event.trade);
  assert.ok(event.gap.fields.includes('terms'));
  assert.equal((await sender.confirmTerms(event.gap.current)).terms?.sender.confirmed, true);
  await assert.rejects(sender.confirmTerms(event.gap.lastKnown), { name: 'ChangedSinceReviewError' });
  stream.close();
});

test('calls of next that overlap are served in order, and close ends them', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const stream = sender.events(id);
  const both = [stream.next(), stream.next()];
  assert.equal((await both[0])?.value?.type, 'trade.snapshot');
  stream.close();
  assert.deepEqual(await both[1], { done: true, value: undefined });
});

test('aborting the signal ends a stream with an AbortError', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const controller = new AbortController();
  const stream = sender.events(id, { signal: controller.signal });
  await stream.next();
  const waiting = stream.next();
  await sleep(20);
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(stream.next(), { name: 'AbortError' });
});

test('an error of the stream rejects next, and shows the caller', async (t) => {
  const { sender } = world(t);
  async function follow() {
    for await (const event of sender.events('42')) assert.fail(event.type);
  }
  await assert.rejects(follow(), (/** @type {Error} */ error) => {
    return error.name === 'NotFoundError' && /follow/.test(error.stack ?? '');
  });
});
