// Panics become exceptions; every exception shows who called.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { AutoPlusError, BugError, Client, ConflictError, InvalidError, NotFoundError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { start } from '../../../../bindings-node/test/child.mjs';
import { world } from '../../../../bindings-node/test/world.mjs';

/** The inner halves of the package, which no user sees. @type {typeof import('../../../../bindings-node/lib/inner.js')} */
const { calls, read, sync, told } = createRequire(import.meta.resolve('autoplus'))(
  '../dist/autoplus.js',
).inner;

/** @param {() => unknown} call @returns {Promise<any>} */
async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return assert.fail('it succeeded');
}

/** @param {any} error */
function isBug(error) {
  assert.ok(
    error instanceof BugError && error instanceof AutoPlusError && error instanceof Error,
    String(error),
  );
  assert.equal(error.kind, 'bug');
  assert.match(error.message, /a defect in autoplus, please report it: .*on purpose/);
}

async function panic() {
  told(await read(undefined, (call) => calls.panic?.(call)));
}

test('a panic in a call becomes an exception, and the client goes on', async (t) => {
  assert.ok(
    calls.panic && calls.panicNow,
    'a release build has no panic on purpose: run this with a debug build',
  );
  const { sender } = world(t);
  isBug(await refusal(panic));
  isBug(await refusal(() => sync(() => calls.panicNow?.())));
  assert.equal(typeof (await sender.stats()).trades, 'number');
});

test('a hundred panics at once disturb no other call', async (t) => {
  const { sender } = world(t);
  const panics = Array.from({ length: 100 }, () => refusal(panic));
  const answers = Array.from({ length: 20 }, () => sender.stats());
  for (const error of await Promise.all(panics)) isBug(error);
  for (const { trades } of await Promise.all(answers)) assert.equal(typeof trades, 'number');
});

test('a panic that nobody catches ends the process as any exception does', async (t) => {
  const { sim } = world(t);
  const program = `import { createRequire } from 'node:module';
    const require = createRequire(import.meta.resolve('autoplus'));
    const { calls, read, told } = require('../dist/autoplus.js').inner;
    told(await read(undefined, (call) => calls.panic(call)));`;
  const { code, output } = await start(sim, {}, program).ended;
  assert.equal(code, 1);
  assert.match(output, /BugError: a defect in autoplus, please report it: it panicked \(on purpose\)/);
});

/** By where they come from: an answer, a check before sending, a stream, a challenge. */
const ORIGINS = {
  'an answer': async (/** @type {Client} */ client) => client.trade('42'),
  'a check before sending': async (/** @type {Client} */ client) => client.trade('no id'),
  'a stream': async (/** @type {Client} */ client) => {
    for await (const event of client.events('42')) assert.fail(event.type);
  },
  'a condition': async (/** @type {Client} */ client) => client.waitFor('42', () => true),
};
for (const [origin, call] of Object.entries(ORIGINS)) {
  test(`the stack shows the caller, and begins with class and message: ${origin}`, async (t) => {
    const { sender } = world(t);
    async function whoCalls() {
      await call(sender);
    }
    const error = await refusal(whoCalls);
    assert.ok(error instanceof NotFoundError || error instanceof InvalidError, String(error));
    assert.ok(error.stack?.startsWith(`${error.name}: ${error.message}\n`), error.stack);
    assert.match(error.stack ?? '', /whoCalls/);
    assert.match(error.stack ?? '', /errors\.test\.mjs/);
  });
}

test('the stack of what is thrown at once shows the caller too', (t) => {
  const { sender } = world(t);
  const wrong = /** @type {any} */ (5);
  function whoCalls(/** @type {() => unknown} */ call) {
    try {
      call();
    } catch (error) {
      return /** @type {Error} */ (error);
    }
    return assert.fail('it succeeded');
  }
  for (const call of [
    () => new Client({ baseUrl: 'http://example.com' }),
    () => new Client(wrong),
    () => sender.events(wrong),
    () => sender.nextStep(wrong),
    () => sender.setToken(''),
    () => Simulator.start({ seed: /** @type {any} */ ('x') }),
  ]) {
    const error = whoCalls(call);
    assert.ok(error instanceof InvalidError, String(error));
    assert.match(error.stack ?? '', /whoCalls/);
  }
});

test('code, status and request id are what the server sent; other errors have none', async (t) => {
  const { sim, sender } = world(t);
  const body = '{"code": "odd_state", "message": "no", "requestId": "req-7"}';
  sim.answer('GET /trades/{id}', { status: 409, body });
  const conflict = await refusal(() => sender.trade('42'));
  assert.ok(conflict instanceof ConflictError);
  const { kind, code, status, requestId } = conflict;
  assert.deepEqual([kind, code, status, requestId], ['conflict', 'odd_state', 409, 'req-7']);
  const local = await refusal(() => sender.trade('no id'));
  assert.deepEqual(
    ['code', 'status', 'requestId'].map((name) => name in local),
    [false, false, false],
  );
});

test('an error that nobody catches shows its class, what it says and what it carries', async (t) => {
  const { sim } = world(t);
  const { code, output } = await start(sim, {}, `await client.trade('42');`).ended;
  assert.equal(code, 1);
  assert.match(output, /^NotFoundError: /m);
  assert.match(output, /kind: 'not_found'/);
  assert.match(output, /status: 404/);
  assert.ok(!output.includes(sim.sender.token));
});
