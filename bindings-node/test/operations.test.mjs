import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { AbortError, Client, InvalidError, OutcomeUnknownError } from 'autoplus';
import { sent } from './child.mjs';
import { file, world } from './world.mjs';

const CREATE = 'POST /guilds/{guildId}/trades';
const ACTION = 'POST /trades/{id}/confirm-action';
const wrong = (/** @type {unknown} */ value) => /** @type {any} */ (value);

/** A client whose trade to open got no answer, and the error that says so.
 * @param {import('node:test').TestContext} t */
async function lost(t) {
  const { sim, sender } = world(t, { store: file(t), timeouts: { call: 1, attempt: 0.3 } });
  sim.fault(CREATE, { kind: 'lost_after', times: 9 });
  const parties = { guild: sim.guild, crypto: 'ltc', sender: sim.sender.id, receiver: sim.receiver.id };
  const error = await sender.openTrade({ ...parties, operation: 'order:1' }).catch((why) => why);
  assert.ok(error instanceof OutcomeUnknownError && error.operation);
  sim.calm();
  return { sim, sender, parties, operation: error.operation };
}

test('an operation is a frozen value that says what was begun', async (t) => {
  const began = Date.now();
  const { sim, sender, parties, operation } = await lost(t);
  const { begunAt, json, ...rest } = operation;
  const key = sent(sim, CREATE)[0]?.headers['idempotency-key'];
  const body = sent(sim, CREATE)[0]?.body;
  const values = { name: 'order:1', kind: 'open_trade', state: 'unknown', idempotencyKey: key, body };
  assert.deepEqual(rest, { ...values, values: parties });
  assert.ok(begunAt instanceof Date && Math.abs(begunAt.getTime() - began) < 5_000);
  assert.ok(Object.isFrozen(operation) && Object.isFrozen(operation.values));
  const pending = await sender.pendingOperations();
  assert.deepEqual(pending, [operation]);
  assert.ok(Object.isFrozen(pending));
  assert.ok(!(inspect(operation, { depth: 9 }) + json).includes(sim.sender.token));
});

/** @type {Record<string, (operation: import('autoplus').Operation) => any>} */
const KEPT = {
  'as it is': (operation) => operation,
  'as JSON': (operation) => JSON.parse(JSON.stringify(operation)),
  'as a clone, as workers get it': (operation) => structuredClone(operation),
  'as its own JSON text, as other languages keep it': ({ json }) => ({ json }),
};
for (const [how, keep] of Object.entries(KEPT)) {
  test(`an operation that was kept ${how} is settled by a client that knows nothing of it`, async (t) => {
    const { sim, sender, operation } = await lost(t);
    await sender.close();
    const other = new Client({ baseUrl: sim.baseUrl, token: sim.sender.token, userId: sim.sender.id });
    const settlement = await other.resolve(keep(operation));
    assert.ok(settlement.verdict === 'done' && settlement.opened && Object.isFrozen(settlement));
    assert.deepEqual(Object.keys(settlement).sort(), ['by', 'message', 'opened', 'operation', 'verdict']);
    assert.equal(settlement.by, 'replay');
    assert.equal(settlement.opened.id, sim.trades()[0]?.id);
    assert.deepEqual(
      [settlement.operation.state, settlement.operation.idempotencyKey],
      ['done', operation.idempotencyKey],
    );
    assert.deepEqual(await other.knownTrades(), [settlement.opened.id]);
    const again = await other.resolve(operation);
    assert.ok(again.verdict === 'done');
    assert.deepEqual([again.by, again.opened], ['record', settlement.opened]);
    assert.deepEqual(sim.check({ creates: 1 }), []);
    await other.close();
  });
}

test('the trade of a settlement counts as reviewed', async (t) => {
  const { sim, sender, receiver } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const trade = await receiver.trade(id);
  const challenge = await receiver.requestReturn(trade);
  const down = /** @type {const} */ ({ kind: 'status', status: 503, retry_after: 60 });
  sim.fault(ACTION, { ...down, processed: true });
  sim.fault('GET /trades/{id}', down);
  sim.fault('GET /trades/{id}/events', down);
  const error = await challenge.confirm().catch((why) => why);
  assert.ok(error instanceof OutcomeUnknownError);
  assert.deepEqual([error.operation?.kind, error.operation?.tradeId], ['return', id]);
  assert.deepEqual(error.operation?.values, { recipient: sim.sender.id });
  sim.calm();
  const [settlement, ...more] = await receiver.recover();
  assert.ok(settlement?.verdict === 'done' && settlement.trade && more.length === 0);
  assert.equal(settlement.trade.status, 'waitingReturnAddress');
  assert.equal(receiver.nextStep(settlement.trade).step, 'wait');
  assert.deepEqual(await sender.pendingOperations(), []);
});

test('aborting recover ends the wait alone', async (t) => {
  const { sim, sender } = await lost(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.2 });
  const error = await sender.recover({ signal: AbortSignal.timeout(50) }).catch((why) => why);
  assert.ok(error instanceof AbortError);
  assert.match(error.message, /goes on.*pendingOperations/);
  while ((await sender.pendingOperations()).length > 0) await sleep(20);
  assert.deepEqual(await sender.knownTrades(), [sim.trades()[0]?.id]);
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

test('aborting resolve ends the wait alone, and the operation tells what came of it', async (t) => {
  const { sim, sender, operation } = await lost(t);
  sim.fault(CREATE, { kind: 'slow', seconds: 0.2 });
  const signal = AbortSignal.timeout(50);
  const error = await sender.resolve(operation, { signal }).catch((why) => why);
  assert.ok(error instanceof AbortError);
  assert.match(error.message, /goes on.*resolve/);
  while ((await sender.pendingOperations()).length > 0) await sleep(20);
  const settlement = await sender.resolve(operation);
  assert.ok(settlement.verdict === 'done');
  assert.equal(settlement.by, 'record');
});

test('a signal that is aborted already starts nothing', async (t) => {
  const { sim, sender, operation } = await lost(t);
  const seen = sim.requests().length;
  const signal = AbortSignal.abort();
  for (const call of [
    sender.recover({ signal }),
    sender.resolve(operation, { signal }),
    sender.forget('order:1', { signal }),
    sender.pendingOperations({ signal }),
    sender.knownTrades({ signal }),
  ]) {
    await assert.rejects(call, { name: 'AbortError', message: /nothing was sent/ });
  }
  assert.equal(sim.requests().length, seen);
  assert.deepEqual(await sender.pendingOperations(), [operation]);
});

test('forgetting frees the name', async (t) => {
  const { sim, sender, parties } = await lost(t);
  const other = { ...parties, crypto: 'btc', operation: 'order:1' };
  await assert.rejects(sender.openTrade(other), { name: 'InvalidError', message: /another crypto/ });
  assert.equal(await sender.forget('order:1'), true);
  assert.equal(await sender.forget('order:1'), false);
  await sender.openTrade(other);
  assert.deepEqual(sim.check({ creates: 2 }), []);
});

test('wrong arguments are refused with advice', async (t) => {
  const { sender, operation } = await lost(t);
  const invalid = (/** @type {RegExp} */ message) => (/** @type {unknown} */ error) =>
    error instanceof InvalidError && message.test(error.message);
  const advice = /^operation: expected one of pendingOperations/;
  const { json: _, ...without } = operation;
  for (const [kept, message] of /** @type {[unknown, RegExp][]} */ ([
    ['order:1', advice],
    [undefined, advice],
    [without, advice],
    [sender.pendingOperations(), /Promise/],
    [{ json: '{}' }, /this JSON is no operation/],
    [{ json: 'order:1' }, /this JSON is no operation/],
  ])) {
    await assert.rejects(sender.resolve(wrong(kept)), invalid(message), String(message));
  }
  await assert.rejects(sender.resolve(operation, wrong({ replay: 1 })), invalid(/^replay: expected true or/));
  await assert.rejects(sender.resolve(operation, wrong({ repeat: true })), invalid(/"repeat" isn't known/));
  await assert.rejects(sender.forget(wrong(operation)), invalid(/^operation: expected a string/));
  assert.deepEqual(await sender.pendingOperations(), [operation]);
});
