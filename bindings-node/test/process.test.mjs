import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as esm from 'autoplus';
import * as esmTesting from 'autoplus/testing';
import { start } from './child.mjs';
import { file, world } from './world.mjs';

test('an idle client and an open stream let the process end', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const idle = `const stream = client.events(id); await stream.next(); console.log('done');`;
  const { code, output, seconds } = await start(sim, { id }, idle).ended;
  assert.equal(output, 'done');
  assert.equal(code, 0);
  assert.ok(seconds < 5);
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

test('a mutation under way is carried out and written down before the process ends, however it ends', async (t) => {
  const { sim } = world(t);
  const ways = {
    'nobody waits': `client.openTrade(order);`,
    aborted: `client.openTrade(order, { signal: AbortSignal.timeout(100) }).catch((error) => tell(error.name));`,
    'process.exit': `client.openTrade(order); await sleep(100); process.exit(0);`,
    'an uncaught error': `client.openTrade(order); await sleep(100); throw new Error('out');`,
  };
  for (const [way, program] of Object.entries(ways)) {
    sim.requests({ clear: true });
    sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 0.5 });
    const store = file(t);
    const { code, output } = await start(sim, { store }, program).ended;
    assert.equal(code, way === 'an uncaught error' ? 1 : 0, way);
    if (code === 0) assert.equal(output, way === 'aborted' ? '"AbortError"' : '', way);
    const after = start(
      sim,
      { store },
      `tell(await client.pendingOperations()); tell(await client.openTrade(order));`,
    );
    const [pending, { id }] = await after.told();
    assert.deepEqual(pending, [], way);
    assert.equal(sim.trades().at(-1)?.id, id, way);
    assert.deepEqual(
      sim.requests().map(({ method, status }) => [method, status]),
      [['POST', 201]],
      way,
    );
  }
});

test('worker threads have clients of their own, and can be terminated while they wait', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const program = `const { workerData, parentPort } = require('node:worker_threads');
    const { Client } = require('autoplus');
    const client = new Client({ baseUrl: workerData.baseUrl, token: workerData.token });
    const follow = async () => {
      for await (const event of client.events(workerData.id)) parentPort.postMessage(event.type);
    };
    follow().catch((error) => parentPort.postMessage(error.name));`;
  const workers = [sim.sender, sim.receiver].map(({ token }) => {
    return new Worker(program, { eval: true, workerData: { baseUrl: sim.baseUrl, token, id } });
  });
  const firsts = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)));
  assert.deepEqual(await Promise.all(firsts), ['trade.snapshot', 'trade.snapshot']);
  await sleep(50);
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.equal((await sender.trade(id)).id, id);
});

test('import and require give the same classes and the same names', () => {
  const require = createRequire(import.meta.url);
  for (const [name, imported] of Object.entries({ autoplus: esm, 'autoplus/testing': esmTesting })) {
    const required = require(name);
    assert.deepEqual(Object.keys(imported), Object.keys(required).sort(), name);
    for (const [each, value] of Object.entries(required)) {
      assert.equal(/** @type {Record<string, unknown>} */ (imported)[each], value, each);
    }
  }
  assert.ok(new esm.Client() instanceof require('autoplus').Client);
});
