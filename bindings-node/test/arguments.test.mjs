import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, covers, InvalidError, parseTrade } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { world } from './world.mjs';

/**
 * What callers without types can get wrong.
 * @param {unknown} value
 * @returns {any}
 */
const wrong = (value) => value;

/** @param {RegExp} message */
const invalid = (message) => ({ name: 'InvalidError', message });

test('a set-up that is wrong says what is wrong, and never repeats a secret', () => {
  /** @type {[unknown, RegExp][]} */
  const table = [
    [{ baseUrl: 'http://example.org' }, /https/],
    [{ baseURL: 'x' }, /options: "baseURL" isn't known.*baseUrl/],
    [{ token: 12345 }, /token: expected a string, got a number/],
    ['secret', /options: expected an object/],
    [null, /options: expected an object.*null/],
    [{ timeouts: { call: -1 } }, /timeouts\.call: expected a number of seconds, such as 45; got -1/],
    [{ timeouts: { call: '5' } }, /timeouts\.call: expected a number of seconds.*a string/],
    [{ timeouts: { poll: Number.NaN } }, /timeouts\.poll: .*NaN/],
    [{ timeouts: { attempt: 1e300 } }, /timeouts\.attempt: .*1e300/],
    [{ timeouts: { cal: 5 } }, /timeouts: "cal" isn't known/],
    [{ timeouts: 5 }, /timeouts: expected an object/],
  ];
  for (const [options, message] of table) {
    for (const make of [() => new Client(wrong(options)), () => Client.fromEnv(wrong(options))]) {
      assert.throws(make, (error) => {
        assert.ok(error instanceof InvalidError && !/12345|secret/.test(error.message));
        assert.match(error.message, message);
        return true;
      });
    }
  }
  assert.throws(() => Simulator.start(wrong({ sed: 5 })), invalid(/"sed" isn't known/));
  assert.throws(() => Simulator.start(wrong({ seed: '5' })), invalid(/seed: expected a whole number/));
});

test('a misspelt option or a wrong one is refused, and nothing is sent', async (t) => {
  const { sim, sender, receiver } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const order = { guild: sim.guild, crypto: 'ltc', sender: sim.sender.id, receiver: sim.receiver.id };
  const trade = await sender.trade(id);
  const release = await sender.requestRelease(trade);
  const claimable = sim.openTrade({ until: 'waitingAddress' });
  const address = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';
  const claim = await receiver.requestClaim(await receiver.trade(claimable.id), address);
  sim.requests({ clear: true });
  const signal = wrong('now');
  for (const challenge of [release, claim]) {
    await assert.rejects(
      challenge.confirm(wrong('release:1')),
      invalid(/options: expected an object.*operation/),
    );
    await assert.rejects(challenge.confirm(wrong(null)), invalid(/options: expected an object/));
    await assert.rejects(challenge.confirm(wrong({ operaton: 'x' })), invalid(/"operaton" isn't known/));
    await assert.rejects(challenge.confirm({ operation: wrong(5) }), invalid(/operation: expected a string/));
    await assert.rejects(challenge.confirm({ signal }), invalid(/signal: expected an AbortSignal/));
  }
  await assert.rejects(release.confirm(wrong({ fee: claim.feeOptions[0] })), invalid(/"fee" isn't known/));
  await assert.rejects(sender.openTrade(wrong(undefined)), invalid(/trade: expected an object with guild/));
  await assert.rejects(
    sender.openTrade(wrong({ ...order, opertion: 'o' })),
    invalid(/"opertion" isn't known/),
  );
  await assert.rejects(
    sender.openTrade(order, wrong({ operation: 'o' })),
    invalid(/"operation" isn't known/),
  );
  await assert.rejects(
    sender.openTrade({ ...order, sender: wrong(3) }),
    invalid(/^sender: .*ids are strings/),
  );
  await assert.rejects(
    sender.openTrade({ ...order, guild: wrong(undefined) }),
    invalid(/^guild: .*undefined/),
  );
  await assert.rejects(sender.trade(id, wrong({ sgnal: 1 })), invalid(/"sgnal" isn't known/));
  await assert.rejects(sender.stats({ signal }), invalid(/signal/));
  await assert.rejects(sender.trade(wrong(3)), invalid(/^trade id: .*ids are strings/));
  await assert.rejects(sender.setTerms(trade, wrong(undefined)), invalid(/^terms: .*null clears them/));
  await assert.rejects(
    sender.requestClaim(trade, wrong(5)),
    invalid(/^address: expected a string, got a number$/),
  );
  await assert.rejects(
    sender.chooseRole(trade, wrong('boss')),
    invalid(/^role: expected 'sender' or 'receiver'/),
  );
  assert.throws(() => sender.events(id, wrong({ after: 1 })), invalid(/"after" isn't known/));
  assert.throws(
    () => sender.events(id, { startAfter: wrong('5') }),
    invalid(/^startAfter: expected the offset/),
  );
  assert.throws(() => sender.events(id, { startAfter: 1.5 }), invalid(/^startAfter: .*1\.5/));
  assert.throws(() => sender.events(id, { consumer: wrong(5) }), invalid(/^consumer: expected a string/));
  assert.throws(() => sender.events(id, { consumer: '' }), invalid(/^consumer: expected a name of 1 to 128/));
  await assert.rejects(sender.events(id).nextBatch(wrong('5')), invalid(/^max: .*a string/));
  assert.throws(() => sender.events(id, wrong(5)), invalid(/options: expected an object/));
  assert.throws(() => sender.events(id, { signal }), invalid(/signal/));
  assert.deepEqual(sim.requests(), []);
});

test('what is no snapshot says what to pass instead', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance' });
  const stream = sender.events(id);
  const { value: event } = await stream.next();
  stream.close();
  const reading = sender.trade(id);
  for (const [given, message] of /** @type {[unknown, RegExp][]} */ ([
    [event, /the `trade` of an event/],
    [reading, /Promise; await it first/],
    [undefined, /got undefined/],
    [id, /got a string/],
    [{}, /got another object/],
  ])) {
    await assert.rejects(sender.confirmTerms(wrong(given)), invalid(message));
    assert.throws(() => sender.nextStep(wrong(given)), invalid(message));
  }
  await reading;
});

test('helpers that send nothing never speak of sending', async (t) => {
  const { sim, sender } = world(t);
  const trade = await sender.trade(sim.openTrade().id);
  for (const call of [
    () => covers(trade, wrong(0.1), 'ltc'),
    () => covers(trade, 'lots', 'ltc'),
    () => covers(trade, '0.1', wrong(5)),
    () => parseTrade(wrong(5)),
    () => sender.setToken(wrong(5)),
  ]) {
    assert.throws(call, (error) => error instanceof InvalidError && !/sent|ids/.test(error.message));
  }
  assert.throws(() => covers(trade, wrong(0.1), 'ltc'), invalid(/^minAmount: .*strings such as "0\.5"/));
});
