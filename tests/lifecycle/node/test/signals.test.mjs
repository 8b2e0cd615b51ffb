// Signals belong to the program: the library hears none, and loses nothing by one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { arrived, start } from '../../../../bindings-node/test/child.mjs';
import { file, quiet, world } from '../../../../bindings-node/test/world.mjs';
import { run, withClient } from './processes.mjs';

const CREATE = 'POST /guilds/{guildId}/trades';

test('the library listens to no signal and to no error of the process', async (t) => {
  const { sim } = world(t);
  const options = { baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id };
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const program = `const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'beforeExit', 'exit'];
    const count = () => names.map((name) => process.listenerCount(name));
    const before = count();
    const { Client } = await import('autoplus');
    const client = new Client(${JSON.stringify(options)});
    await client.events('${id}').next();
    await client.confirmIdentification(await client.trade('${sim.openTrade().id}'));
    console.log(JSON.stringify(count().map((after, at) => after - before[at])));`;
  const { output, errors } = await run(t, program).ended;
  assert.deepEqual([output, errors], ['[0,0,0,0,0,0,1]', '']);
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  test(`${signal} ends a process that follows trades at once, and its polls end`, async (t) => {
    const { sim } = world(t);
    const { id } = sim.openTrade({ until: 'waitingAction' });
    const program = `for await (const event of client.events('${id}')) console.log(event.type);`;
    const { child, ended } = withClient(t, sim, 'memory', program);
    while (sim.polls().waiting === 0) await sleep(10);
    const began = performance.now();
    child.kill(signal);
    assert.deepEqual(await ended, { code: null, signal, output: 'trade.snapshot', errors: '' });
    assert.ok(performance.now() - began < 1000);
    await quiet(sim);
  });
}

test('a signal in the middle of a mutation leaves it to recover', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 1 });
  const { child, ended } = withClient(t, sim, store, `await client.openTrade(order); console.log('opened');`);
  await arrived(sim, CREATE);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, { code: null, signal: 'SIGTERM', output: '', errors: '' });
  const after = `tell((await client.pendingOperations()).map(({ state }) => state));
    for (const { verdict, by } of await client.recover()) tell([verdict, by]);
    tell(await client.openTrade(order));`;
  const told = await start(sim, { store }, after).told();
  assert.deepEqual(told.slice(0, 2), [['running'], ['done', 'replay']]);
  assert.equal(told[2].id, sim.trades().at(-1)?.id);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

test('a handler that closes the client and exits lets a mutation end first', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.5 });
  const program = `process.once('SIGTERM', async () => {
      await client.close();
      console.log((await opening).id);
      process.exit(0);
    });
    const opening = client.openTrade(order);`;
  const { child, ended } = withClient(t, sim, store, program);
  await arrived(sim, CREATE);
  child.kill('SIGTERM');
  const { code, output } = await ended;
  assert.deepEqual([code, output], [0, sim.trades()[0]?.id]);
  assert.deepEqual(await start(sim, { store }, `tell(await client.pendingOperations());`).told(), [[]]);
});

test('a handler that calls process.exit lets a mutation end first too', async (t) => {
  const { sim } = world(t);
  const store = file(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.5 });
  const program = `process.once('SIGINT', () => process.exit(130));
    client.openTrade(order);`;
  const { child, ended } = withClient(t, sim, store, program);
  await arrived(sim, CREATE);
  child.kill('SIGINT');
  assert.equal((await ended).code, 130);
  assert.deepEqual(await start(sim, { store }, `tell(await client.pendingOperations());`).told(), [[]]);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});
