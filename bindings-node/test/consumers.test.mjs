// Streams that remember, under a name, what was finished.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'autoplus';
import { start } from './child.mjs';
import { file, quiet, world } from './world.mjs';

const BOT = { consumer: 'bot' };

/** The ids of so many events. @param {import('autoplus').EventStream} stream @param {number} count */
async function some(stream, count) {
  const ids = [];
  while (ids.length < count) {
    const { value } = await stream.next();
    ids.push(value?.id);
  }
  return ids;
}

/** @param {import('autoplus/testing').Simulator} sim @param {string} trade @param {number} count */
const happened = (sim, trade, count) => sim.happen({ trade, count }).map((event) => event.id);

test('a name goes on where it was, over two clients on one file; what was not finished comes again', async (t) => {
  const store = file(t);
  const { sim, sender } = world(t, { store });
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const first = sender.events(id, BOT);
  assert.deepEqual([first.consumer, first.offset, first.lastKnown], ['bot', undefined, undefined]);
  await first.next();
  const ids = happened(sim, id, 4);
  assert.deepEqual(await some(first, 3), ids.slice(0, 3));
  assert.equal(first.lastKnown?.id, id);
  first.close();
  await sender.close();
  const again = new Client({ baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id, store });
  t.after(() => again.close());
  const second = again.events(id, BOT);
  assert.deepEqual(await some(second, 2), ids.slice(2));
  await second.commit();
  second.close();
  const [fifth] = happened(sim, id, 1);
  const third = again.events(id, BOT);
  assert.deepEqual(await some(third, 1), [fifth]);
  third.close();
});

test('leaving the loop leaves the last event unfinished, unless it was committed', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const first = async (/** @type {boolean} */ commits) => {
    const stream = sender.events(id, BOT);
    for await (const event of stream) {
      if (commits) await stream.commit();
      return event.type === 'trade.snapshot' ? 'snapshot' : event.id;
    }
  };
  assert.deepEqual([await first(false), await first(true)], ['snapshot', 'snapshot']);
  const [one, two] = happened(sim, id, 2);
  assert.deepEqual([await first(false), await first(true), await first(false)], [one, one, two]);
  await quiet(sim);
});

test('an event whose handling threw comes again', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const follow = async () => {
    for await (const event of sender.events(id, { ...BOT, startAfter: 0 })) throw new Error(`${event.id}`);
  };
  const first = await follow().catch((why) => why.message);
  assert.match(first, /^[0-9]+$/);
  assert.equal(await follow().catch((why) => why.message), first);
});

test('a second reader under a name is refused until the first is gone, here and in another process', async (t) => {
  const store = file(t);
  const { sim, sender } = world(t, { store });
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const first = sender.events(id, BOT);
  await first.next();
  sim.requests({ clear: true });
  const second = sender.events(id, BOT);
  const refused = { name: 'OperationInProgressError', kind: 'operation_in_progress', message: /"bot"/ };
  await assert.rejects(second.next(), refused);
  const program = `tell(await client.events(id, { consumer: 'bot' }).next().catch(({ kind }) => kind));
    tell((await client.events(id, { consumer: 'other' }).next()).value.type);`;
  assert.deepEqual(await start(sim, { id, store }, program).told(), [
    'operation_in_progress',
    'trade.snapshot',
  ]);
  first.close();
  assert.equal((await second.next()).value?.type, 'trade.snapshot');
  second.close();
});

test('leaving while something is being written down frees the name, and what was committed stays so', async (t) => {
  const { sim, sender } = world(t, { store: file(t) });
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const first = sender.events(id, BOT);
  await first.next();
  await first.commit();
  first.close();
  for (const event of happened(sim, id, 40)) {
    const stream = sender.events(id, BOT);
    assert.equal((await stream.next()).value?.id, event);
    const [committed, next] = [stream.commit(), stream.next()];
    await stream.return();
    assert.deepEqual([await committed, await next], [undefined, { done: true, value: undefined }]);
  }
  await quiet(sim);
});

test('a process that is killed leaves its name to the next', async (t) => {
  const store = file(t);
  const { sim, sender } = world(t, { store });
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const killed = start(
    sim,
    { id, store },
    `const stream = client.events(id, { consumer: 'bot' });
    await stream.next(); await stream.commit(); await stream.next();`,
  );
  while (sim.polls().waiting === 0) await sleep(20);
  await killed.kill();
  const [next] = happened(sim, id, 1);
  const stream = sender.events(id, BOT);
  assert.deepEqual(await some(stream, 1), [next]);
  stream.close();
});

test('many events come in one batch, and all of it is finished with the next one', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const stream = sender.events(id, BOT);
  await stream.next();
  const ids = happened(sim, id, 50);
  const batch = await stream.nextBatch(20);
  assert.deepEqual(
    batch.map((event) => event.id),
    ids.slice(0, 20),
  );
  assert.ok(Object.isFrozen(batch) && Object.isFrozen(batch[0]));
  assert.equal(stream.offset, batch.at(-1)?.offset);
  assert.equal((await stream.nextBatch(100))[0]?.id, ids[20]);
  stream.close();
  const again = sender.events(id, BOT);
  assert.deepEqual(await some(again, 1), [ids[20]]);
  again.close();
  assert.deepEqual(await again.nextBatch(5), []);
});

test('all streams of a trade share one poll, and the last one that closes ends it', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const streams = Array.from({ length: 8 }, (_, at) => sender.events(id, { consumer: `c${at}` }));
  await Promise.all(streams.map((stream) => stream.next()));
  const waiting = streams.map((stream) => stream.next());
  while (sim.polls().waiting === 0) await sleep(10);
  const [event] = happened(sim, id, 1);
  for (const next of waiting) assert.equal((await next).value?.id, event);
  assert.equal(sim.polls().most, 1);
  for (const stream of streams) stream.close();
  await quiet(sim);
});
