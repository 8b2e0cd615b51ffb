// What keeps a process alive, and what its end does to what is under way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../../../../bindings-node/test/child.mjs';
import { file, world } from '../../../../bindings-node/test/world.mjs';

test('an idle client, an open stream, a watch and notes let the process end', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const idle = `const notes = client.streamNotes();
    const stream = client.events(id);
    await stream.next();
    const watch = client.watch([id], { consumer: 'bot' });
    await watch.next();
    console.log('done');`;
  const { code, output, seconds } = await start(sim, { id }, idle).ended;
  assert.equal(output, 'done');
  assert.equal(code, 0);
  assert.ok(seconds < 5, `${seconds}`);
});

test('process.exit ends at once and keeps its code, whatever is being waited for', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  sim.fault('GET /stats', { kind: 'slow', seconds: 30 });
  const waiting = `const watch = client.watch([id]);
    watch.forEach(() => {});
    client.stats();
    client.waitFor(id, () => false);
    const stream = client.events(id);
    await stream.next();
    stream.next();
    await sleep(100);
    process.exit(7);`;
  const { code, output, seconds } = await start(sim, { id }, waiting).ended;
  assert.deepEqual([code, output], [7, '']);
  assert.ok(seconds < 5, `${seconds}`);
});

test('waiting for an event keeps the process alive', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const { ended } = start(
    sim,
    { id },
    `for await (const event of client.events(id)) console.log(event.type);`,
  );
  while (sim.requests().length < 2) await sleep(20);
  await sleep(200);
  sim.close(id, 'released');
  const { code, output } = await ended;
  assert.equal(output, 'trade.snapshot\ntrade.closed');
  assert.equal(code, 0);
});

const LISTENERS = {
  'in the background': `const listening = listen(); await client.close(); await listening;`,
  'that begins after the client was closed': `await client.close(); await listen();`,
  'while the client is being closed': `const closed = client.close(); await listen(); await closed;`,
  'with an answer still to come': `const stats = client.stats().catch(() => {});
    const listening = listen(); await client.close(); await listening; await stats;`,
};
for (const [when, program] of Object.entries(LISTENERS)) {
  test(`whoever listens to notes hears that the client was closed, and goes on: ${when}`, async (t) => {
    const { sim } = world(t);
    const { id } = sim.openTrade({ until: 'waitingAction' });
    const listens = `const notes = client.streamNotes();
      const listen = async () => { for await (const { change } of notes) console.log(change); };
      const stream = client.events(id);
      await stream.next();
      ${program}
      console.log('goes on');`;
    const { code, output } = await start(sim, { id }, listens).ended;
    assert.equal(output, 'opened\nclosed\ngoes on');
    assert.equal(code, 0);
  });
}

const WAYS = {
  'nobody waits': `client.openTrade(order);`,
  aborted: `client.openTrade(order, { signal: AbortSignal.timeout(100) }).catch((error) => tell(error.name));`,
  'process.exit': `client.openTrade(order); await sleep(100); process.exit(0);`,
  'an uncaught error': `client.openTrade(order); await sleep(100); throw new Error('out');`,
  'close awaited': `client.openTrade(order); await sleep(100); await client.close(); process.exit(0);`,
};
for (const [way, program] of Object.entries(WAYS)) {
  test(`a mutation under way is carried out and written down before the process ends: ${way}`, async (t) => {
    const { sim } = world(t);
    sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 0.5 });
    const store = file(t);
    const { code, output } = await start(sim, { store }, program).ended;
    assert.equal(code, way === 'an uncaught error' ? 1 : 0, output);
    if (code === 0) assert.equal(output, way === 'aborted' ? '"AbortError"' : '');
    const after = start(
      sim,
      { store },
      `tell(await client.pendingOperations()); tell(await client.openTrade(order));`,
    );
    const [pending, { id }] = await after.told();
    assert.deepEqual(pending, []);
    assert.equal(sim.trades().at(-1)?.id, id);
    assert.deepEqual(
      sim.requests().map(({ method, status }) => [method, status]),
      [['POST', 201]],
    );
  });
}

test('a mutation that never ends holds the end of a process for ten seconds and no longer', async (t) => {
  const { sim } = world(t);
  sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 40 });
  const program = `client.openTrade(order); await sleep(100); process.exit(0);`;
  const { code, seconds } = await start(sim, {}, program).ended;
  assert.equal(code, 0);
  assert.ok(seconds > 9.5 && seconds < 14, `${seconds}`);
});
