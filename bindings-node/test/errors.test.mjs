import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as autoplus from 'autoplus';
import { AutoPlusError, ChangedSinceReviewError, NotFoundError } from 'autoplus';
import { world } from './world.mjs';

/** @param {Promise<unknown>} call */
const refusal = (call) =>
  call.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

test('an error is an instance of its kind, tells what the server said, and shows the caller', async (t) => {
  const { sender } = world(t);
  async function whoAsks() {
    return await sender.trade('42');
  }
  const error = await refusal(whoAsks());
  assert.ok(error instanceof NotFoundError && error instanceof AutoPlusError && error instanceof Error);
  assert.equal(error.name, 'NotFoundError');
  assert.equal(error.kind, 'not_found');
  assert.equal(error.status, 404);
  assert.equal(error.code, 'not_found');
  assert.match(error.requestId ?? '', /./);
  assert.match(error.stack ?? '', /whoAsks/);
});

test('details are parsed without a float, and stand as raw text beside it', async (t) => {
  const { sim, sender } = world(t);
  const body = '{"code": "odd", "message": "no", "requestId": "r", "details": {"limit": 1.50}}';
  sim.answer('GET /trades/{id}', { status: 422, body });
  const error = await refusal(sender.trade('42'));
  assert.ok(error instanceof autoplus.UnprocessableError);
  assert.deepEqual(error.details, { limit: '1.50' });
  assert.equal(error.detailsJson, '{"limit": 1.50}');
});

test('what changed since the review comes with both snapshots, and the new one can be confirmed', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance', receiverTerms: 'ship' });
  const reviewed = await sender.trade(id);
  sim.act(id, 'receiver', { act: 'set_terms', text: 'keep' });
  const error = await refusal(sender.confirmTerms(reviewed));
  assert.ok(error instanceof ChangedSinceReviewError);
  assert.deepEqual(error.reviewed, reviewed);
  assert.equal(error.current.terms?.receiver.text, 'keep');
  assert.ok(error.fields.includes('terms.receiver.text'));
  assert.equal(error.landed, false);
  assert.equal((await sender.confirmTerms(error.current)).terms?.sender.confirmed, true);
});

test('every kind of the core has its class', () => {
  const classes = Object.entries(autoplus).flatMap(([name, value]) => {
    const prototype = typeof value === 'function' ? value.prototype : undefined;
    return prototype instanceof AutoPlusError ? [[name, prototype.name]] : [];
  });
  assert.equal(classes.length, 18);
  for (const [exported, name] of classes) assert.equal(name, exported);
});

test('a panic becomes an error that names a defect', async () => {
  /** @type {typeof import('../lib/inner.js')} */
  const { calls, read, told } = createRequire(import.meta.url)('../dist/autoplus.js').inner;
  assert.ok(calls.panic, 'a release build has no panic on purpose: run the tests with a debug build');
  const panic = async () => told(await read(undefined, (call) => calls.panic?.(call)));
  const error = await refusal(panic());
  assert.ok(error instanceof autoplus.BugError);
  assert.match(error.message, /defect .*on purpose/);
});

test('neither the token nor a confirmation code is ever shown', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const challenge = await sender.requestRelease(await sender.trade(id));
  const code = JSON.stringify(sim.inspect(id)).match(/"(?:confirmation_?[cC]ode|code)":"([^"]+)"/)?.[1];
  assert.ok(code, 'the simulator tells the code');
  const stream = sender.events(id);
  const shown = [sender, challenge, stream].map((each) => {
    return inspect(each, { depth: 9, showHidden: true }) + JSON.stringify(each) + String(each);
  });
  const refused = await refusal(sender.requestReturn(await sender.trade(id)));
  shown.push(inspect(refused, { depth: 9, showHidden: true }), JSON.stringify(refused));
  for (const text of shown) {
    assert.ok(!text.includes(code) && !text.includes(sim.sender.token), text);
  }
});

test('a closed client refuses', async (t) => {
  const { sender } = world(t);
  await sender.close();
  await assert.rejects(sender.stats(), { name: 'ClosedError' });
  await sender.close();
});
