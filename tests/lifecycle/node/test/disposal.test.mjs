// `await using`, and one class whichever way it was loaded.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as esm from 'autoplus';
import { Client } from 'autoplus';
import * as esmTesting from 'autoplus/testing';
import { Simulator } from 'autoplus/testing';
import { start } from '../../../../bindings-node/test/child.mjs';
import { quiet, world } from '../../../../bindings-node/test/world.mjs';

const SYNTAX = Number(process.versions.node.split('.')[0]) >= 24;

test('what is open can be disposed of: clients, streams, watches, notes, simulators', async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const client = new Client({ baseUrl: sim.baseUrl, token: sim.sender.token });
  const stream = client.events(id);
  await stream.next();
  const watch = client.watch([id]);
  await watch.next();
  const notes = client.streamNotes();
  const done = { done: true, value: undefined };
  for (const each of [stream, watch, notes]) {
    await each[Symbol.asyncDispose]();
    await each[Symbol.asyncDispose]();
    assert.deepEqual(await each.next(), done);
  }
  await quiet(sim);
  await client[Symbol.asyncDispose]();
  await assert.rejects(client.stats(), { name: 'ClosedError' });
  const own = Simulator.start();
  own[Symbol.dispose]();
  assert.throws(() => own.now(), { name: 'InvalidError', message: /stopped/ });
  await Simulator.start()[Symbol.asyncDispose]();
});

test(`await using closes what it holds when the block ends (${SYNTAX ? 'its own syntax' : 'as compilers write it'})`, async (t) => {
  const { sim } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const block = SYNTAX
    ? `await using stream = client.events(id); await stream.next(); open = stream;`
    : `const stream = client.events(id);
       try { await stream.next(); open = stream; } finally { await stream[Symbol.asyncDispose](); }`;
  const program = `let open; { ${block} } tell([await open.next(), client.streamStats().streams]);`;
  assert.deepEqual(await start(sim, { id }, program).told(), [[{ done: true }, 0]]);
  await quiet(sim);
});

test('leaving a loop by break, return or throw closes the stream', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const ways = {
    break: async () => {
      for await (const event of sender.events(id)) if (event) break;
    },
    return: async () => {
      for await (const event of sender.watch([id])) return event;
      return undefined;
    },
    throw: async () => {
      for await (const event of sender.events(id)) throw new Error(event.type);
    },
  };
  for (const leave of Object.values(ways)) {
    await leave().catch((error) => assert.equal(error.message, 'trade.snapshot'));
    await quiet(sim);
    assert.equal(sender.streamStats().streams, 0);
  }
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
