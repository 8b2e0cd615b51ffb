// What is told of how trades are followed.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, ServerError } from 'autoplus';
import { start } from './child.mjs';
import { world } from './world.mjs';

/** Waiting for a note keeps nothing alive: the tests stay by this. */
const alive = setInterval(() => {}, 1000);
after(() => clearInterval(alive));

/**
 * So many notes, one by one.
 * @param {import('autoplus').StreamNotes} notes @param {number} count
 */
async function some(notes, count) {
  const told = [];
  for (; told.length < count; ) {
    const { done, value } = await notes.next();
    if (done) break;
    told.push(value);
  }
  return told;
}

test('trouble, recovery and the end of following are told, frozen, with the error as a class', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const notes = sender.streamNotes();
  sim.fault('GET /trades/{id}/events', { kind: 'status', status: 503, times: 2 });
  for await (const event of sender.events(id)) if (event) break;
  const told = await some(notes, 4);
  assert.deepEqual(
    told.map(({ tradeId, change }) => [tradeId, change]),
    ['opened', 'failing', 'recovered', 'closed'].map((change) => [id, change]),
  );
  assert.ok(told.every(Object.isFrozen));
  const [opened, failing] = told;
  assert.ok(failing?.change === 'failing' && failing.error instanceof ServerError);
  assert.equal(failing.error.status, 503);
  assert.deepEqual(opened, { tradeId: id, change: 'opened' });
  assert.equal(notes.missed, 0);
  notes.close();
});

test('silence says for how many milliseconds nothing came', async (t) => {
  const { sim, sender } = world(t, { timeouts: { poll: 1, pollGrace: 0.2 } });
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const notes = sender.streamNotes();
  const stream = sender.events(id);
  await stream.next();
  sim.fault('GET /trades/{id}/events', { kind: 'lost_before', times: 99 });
  const waiting = stream.next();
  const silent = (await some(notes, 3)).find((note) => note.change === 'silent');
  assert.ok(silent?.change === 'silent' && Number.isInteger(silent.silentMs), JSON.stringify(silent));
  assert.ok(silent.silentMs >= 1000 && silent.silentMs < 10_000, `${silent.silentMs}`);
  stream.close();
  await waiting;
  notes.close();
});

test('what too many wait for is given up and counted, and a batch takes many at once', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const notes = sender.streamNotes();
  const told = 2 * 600;
  for (let round = 0; round < told / 2; round += 1) {
    const stream = sender.events(id);
    await stream.next();
    stream.close();
  }
  let count = 0;
  while (count + notes.missed < told) {
    const batch = await notes.nextBatch(500);
    assert.ok(batch.length > 0 && batch.length <= 500 && Object.isFrozen(batch), `${batch.length}`);
    count += batch.length;
  }
  assert.ok(notes.missed > 0 && count <= 1024, `${count} and ${notes.missed}`);
  const { missed } = notes;
  notes.close();
  assert.equal(notes.missed, missed);
});

test('leaving the loop, return, close and the end of the client end it', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const done = { done: true, value: undefined };
  const left = sender.streamNotes();
  const stream = sender.events(id);
  await stream.next();
  for await (const { change } of left) if (change === 'opened') break;
  assert.deepEqual(await left.next(), done);
  const returned = sender.streamNotes();
  assert.deepEqual(await returned.return(), done);
  assert.deepEqual(await returned.nextBatch(5), []);
  const closed = sender.streamNotes();
  const waiting = [closed.next(), closed.next()];
  await sleep(20);
  closed.close();
  assert.deepEqual(await Promise.all(waiting), [done, done]);
  const disposed = sender.streamNotes();
  await disposed[Symbol.asyncDispose]();
  assert.deepEqual(await disposed.next(), done);
  const last = sender.streamNotes();
  await sender.close();
  assert.deepEqual(
    (await some(last, 5)).map(({ change }) => change),
    ['closed'],
  );
  assert.throws(() => sender.streamNotes(), { name: 'ClosedError' });
});

test('aborting rejects whoever waits, and whoever asks later', async (t) => {
  const { sender } = world(t);
  const controller = new AbortController();
  const notes = sender.streamNotes({ signal: controller.signal });
  const waiting = notes.next();
  await sleep(20);
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, { name: 'AbortError', cause: new Error('enough') });
  await assert.rejects(notes.next(), { name: 'AbortError' });
  const late = sender.streamNotes({ signal: controller.signal });
  await assert.rejects(late.next(), { name: 'AbortError' });
  const unheard = new AbortController();
  const closed = sender.streamNotes({ signal: unheard.signal });
  closed.close();
  assert.deepEqual(getEventListeners(unheard.signal, 'abort'), []);
});

test('listening keeps no process alive', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const program = `const listen = async () => {
      for await (const { change } of client.streamNotes()) console.log(change);
    };
    listen();
    const stream = client.events(id);
    await stream.next();
    await sleep(200);
    console.log('done');`;
  const { code, output, seconds } = await start(sim, { id }, program).ended;
  assert.deepEqual([code, output], [0, 'opened\ndone']);
  assert.ok(seconds < 5, `${seconds}`);
});

test('wrong options of notes are refused', async (t) => {
  const { sender } = world(t);
  const wrong = (/** @type {unknown} */ value) => /** @type {any} */ (value);
  assert.throws(() => sender.streamNotes(wrong({ sginal: 1 })), {
    name: 'InvalidError',
    message: /"sginal"/,
  });
  assert.throws(() => sender.streamNotes({ signal: wrong(1) }), { name: 'InvalidError', message: /^signal/ });
  const notes = sender.streamNotes();
  await assert.rejects(notes.nextBatch(0), { name: 'InvalidError', message: /^max/ });
  notes.close();
  const closed = new Client();
  await closed.close();
  assert.throws(() => closed.streamNotes(), { name: 'ClosedError' });
});
