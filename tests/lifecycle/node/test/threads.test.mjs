// Each worker thread has clients of its own, over one native half.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CRYPTOS, InvalidError } from 'autoplus';
import { arrived, start } from '../../../../bindings-node/test/child.mjs';
import { file, quiet, world } from '../../../../bindings-node/test/world.mjs';
import { run } from './processes.mjs';
import { dataOf, thread, told } from './workers.mjs';

const CREATE = 'POST /guilds/{guildId}/trades';

test('threads ask, follow and open side by side, and end by themselves when all is done', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const program = `const idle = client.events(id);
    const [first] = await idle.nextBatch(1);
    const { trades } = await client.stats();
    const opened = await client.openTrade({ ...order, crypto: order.operation.split(':')[1] });
    const notes = client.streamNotes();
    notes.next();
    tell([first.type, typeof trades, opened.id]);`;
  // Equal orders exclude each other.
  const threads = CRYPTOS.slice(0, 8).map((crypto) =>
    thread(sim, { store, id, operation: `order:${crypto}` }, program),
  );
  const ends = threads.map((each) => once(each, 'exit'));
  const answers = await Promise.all(threads.map(told));
  for (const [type, number] of answers) assert.deepEqual([type, number], ['trade.snapshot', 'number']);
  assert.equal(new Set(answers.map(([, , opened]) => opened)).size, 8);
  assert.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    threads.map(() => 0),
  );
  assert.deepEqual(sim.check({ creates: 8 }), []);
});

test('threads that are terminated in the middle of everything leave no poll behind, and the others go on', async (t) => {
  const { sim, sender } = world(t);
  // One each: the server lets an account poll a trade twice at once, and no more.
  const trades = Array.from({ length: 8 }, () => sim.openTrade({ until: 'waitingAction' }).id);
  const program = `const watch = client.watch([id]);
    watch.forEach(async (item) => tell(item.kind));
    const stream = client.events(id);
    (async () => { for await (const event of stream); })();
    (async () => { for await (const note of client.streamNotes()); })();
    for (;;) await Promise.all([client.stats(), client.trade(id), client.servers()]);`;
  for (let round = 0; round < 5; round += 1) {
    const threads = trades.map((id) => thread(sim, { id }, program));
    await Promise.all(threads.map(told));
    const ends = threads.map(async (each) => {
      await sleep(Math.random() * 100);
      await each.terminate();
    });
    sim.happen({ count: 50 });
    await Promise.all(ends);
    assert.equal((await sender.trade(trades[0] ?? '')).id, trades[0]);
  }
  await quiet(sim);
});

test('what a terminated thread had begun is carried out, and its name is known to the next', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.5 });
  const dying = thread(sim, { store }, `await client.openTrade(order);`);
  await arrived(sim, CREATE);
  await dying.terminate();
  const next = thread(sim, { store }, `tell(await client.openTrade(order));`);
  assert.equal((await told(next)).id, sim.trades()[0]?.id);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

const ENDS = {
  'the thread is terminated, then the process exits': `await worker.terminate(); process.exit(0);`,
  'the process exits while the thread is at it': `process.exit(0);`,
  'the thread exits': `worker.postMessage('exit'); await once(worker, 'exit'); process.exit(0);`,
};
for (const [way, end] of Object.entries(ENDS)) {
  test(`a process whose thread was at a mutation ends after it: ${way}`, async (t) => {
    const { sim } = world(t);
    const store = file(t);
    sim.fault(CREATE, { kind: 'slow', seconds: 0.6 });
    // The main thread has never loaded the package: nothing there could wait.
    const inside = `const { workerData, parentPort } = require('node:worker_threads');
      const { Client } = require('autoplus');
      const { order, ...options } = workerData;
      parentPort.once('message', () => process.exit(0));
      new Client(options).openTrade(order);
      parentPort.postMessage('begun');`;
    const { id: _, ...data } = dataOf(sim, sim.sender, { store });
    const program = `import { Worker } from 'node:worker_threads';
      import { once } from 'node:events';
      import { setTimeout as sleep } from 'node:timers/promises';
      const worker = new Worker(${JSON.stringify(inside)}, {
        eval: true,
        execArgv: [],
        workerData: ${JSON.stringify(data)},
      });
      await once(worker, 'message');
      await sleep(200);
      ${end}`;
    const { code, output, errors } = await run(t, program).ended;
    assert.deepEqual([code, output, errors], [0, '', '']);
    const pending = await start(sim, { store }, `tell(await client.pendingOperations());`).told();
    assert.deepEqual(pending, [[]]);
    assert.deepEqual(sim.check({ creates: 1 }), []);
  });
}

test('a trade that went to another thread reads the same there, and is no snapshot that counts as reviewed', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  const trade = await sender.trade(id);
  const program = `require('node:worker_threads').parentPort.once('message', (trade) => {
      client.confirmIdentification(trade).catch((error) => tell([trade, error.name, error.kind]));
    });`;
  const other = thread(sim, {}, program);
  other.postMessage(trade);
  const [same, name, kind] = await told(other);
  await other.terminate();
  assert.deepEqual(same, trade);
  assert.deepEqual([name, kind], ['InvalidError', 'invalid']);
  await assert.rejects(sender.confirmIdentification(same), InvalidError);
});

test('a simulator that a thread started serves the others, and ends with it', async (t) => {
  const { sim } = world(t);
  const code = `const { Simulator } = require('autoplus/testing');
    const { parentPort } = require('node:worker_threads');
    const sim = Simulator.start();
    parentPort.once('message', () => sim.stop());
    parentPort.postMessage(sim.world());`;
  const host = new Worker(code, { eval: true });
  const { base_url: baseUrl } = await told(host);
  const { code: status } = await start(
    sim,
    {},
    `new Client({ baseUrl: ${JSON.stringify(baseUrl)} }).servers();`,
  ).ended;
  assert.equal(status, 0);
  host.postMessage('stop');
  assert.deepEqual(await once(host, 'exit'), [0]);
});
