import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as autoplus from 'autoplus';
import { checkAddress, covers, parseTrade } from 'autoplus';
import { world } from './world.mjs';

test('a trade is a frozen plain object: ids and money are strings, times are Dates', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({
    until: 'waitingAction',
    amount: '0.5',
    senderTerms: 'pay',
    receiverTerms: 'ship',
  });
  const trade = await sender.trade(id);
  assert.equal(trade.id, id);
  assert.equal(trade.amount, '0.5');
  assert.ok(trade.openedAt instanceof Date && Math.abs(trade.openedAt.getTime() - Date.now()) < 60_000);
  assert.ok(trade.terms?.sender.confirmedAt instanceof Date);
  assert.equal(trade.terms.sender.text, 'pay');
  assert.equal(trade.fundControlsLocked, false);
  assert.ok(Object.isFrozen(trade) && Object.isFrozen(trade.terms.sender));
  assert.ok(Object.isFrozen(trade.identificationConfirmedBy));
  assert.ok(!('settlementTxid' in trade) && !('extra' in trade));
});

test('numbers are exact, unknown fields and words survive, half an emoji stays', async (t) => {
  const { sim, receiver } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction', senderTerms: 'pay' });
  sim.patch(id, {
    amount: '1e-7',
    fees: '0.123456789012345678',
    amountUsd: '12345678901234567.12345678',
    status: '"waitingForGodot"',
    crypto: '"doge"',
    'terms.sender.text': '"\\ud83d"',
    mood: '{"level": 1.50, "__proto__": {"polluted": true}}',
    odd: '[1e-7, {"deep": [0.123456789012345678, 12345678901234567890, 9007199254740991, -0.0]}, "1.5 \\\\\\" 2.5"]',
    toString: '5',
  });
  const trade = await receiver.trade(id);
  assert.equal(trade.amount, '0.0000001');
  assert.equal(trade.fees, '0.123456789012345678');
  assert.equal(trade.amountUsd, '12345678901234567.12345678');
  assert.equal(trade.status, 'waitingForGodot');
  assert.equal(trade.crypto, 'doge');
  assert.equal(trade.terms?.sender.text, '\ud83d');
  assert.deepEqual(Object.keys(trade.extra ?? {}).sort(), ['mood', 'odd', 'toString']);
  const exact = { deep: ['0.123456789012345678', '12345678901234567890', 9007199254740991, '-0.0'] };
  assert.deepEqual(trade.extra?.odd, ['1e-7', exact, '1.5 \\" 2.5']);
  assert.equal(trade.extra?.toString, 5);
  assert.match(trade.extraJson?.mood ?? '', /"level": ?1\.50/);
  assert.ok(Object.isFrozen(trade.extra?.mood));
  assert.ok(!('polluted' in {}));
  assert.deepEqual(receiver.nextStep(trade), { step: 'unknown', status: 'waitingForGodot' });
});

test('what a stringified trade says can be read again, and never counts as reviewed', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction', senderTerms: 'pay' });
  const odd = { extra: '{"a": 0.10}', extraJson: '"x"', __proto: '1', openedAtAll: '{"openedAt": "2020"}' };
  sim.patch(id, { mood: '1.50', 'terms.mood': '{"extra": 0.5}', ...odd });
  const trade = await sender.trade(id);
  const again = parseTrade(JSON.stringify(trade));
  assert.deepEqual(again, trade);
  assert.equal(again.extraJson?.mood, '1.50');
  assert.deepEqual(sender.nextStep(again), { step: 'mayRelease' });
  for (const copy of [again, { ...trade }, structuredClone(trade), { ...trade, receiver: sim.stranger.id }]) {
    await assert.rejects(sender.requestRelease(copy), {
      name: 'InvalidError',
      message: /rebuilt or changed/,
    });
  }
  const nothing = /** @type {any} */ (undefined);
  await assert.rejects(sender.requestRelease(nothing), { name: 'InvalidError', message: /snapshot/ });
  await assert.rejects(sender.requestRelease(/** @type {any} */ ({})), { name: 'InvalidError' });
  for (const wrong of ['{"id": 5}', 'no JSON', 'null', '{"extraJson": {"x": "1, 2"}}']) {
    assert.throws(() => parseTrade(wrong), { name: 'InvalidError' }, wrong);
  }
  assert.ok(!sim.requests().some((request) => request.method === 'POST'));
});

test('covers compares exactly, the crypto too', async (t) => {
  const { sim, receiver } = world(t);
  const { id } = sim.openTrade({ until: 'waitingAction', amount: '0.30000000000000001' });
  const trade = await receiver.trade(id);
  assert.equal(covers(trade, '0.30000000000000001', 'ltc'), true);
  assert.equal(covers(trade, '0.30000000000000002', 'ltc'), false);
  assert.equal(covers(trade, '0.1', 'btc'), false);
  assert.throws(() => covers(trade, 'lots', 'ltc'), { name: 'InvalidError', message: /minAmount/ });
  assert.throws(() => covers(trade, /** @type {any} */ (0.1), 'ltc'), { name: 'InvalidError' });
});

test('an address can be checked alone', () => {
  const check = checkAddress('ltc', 'LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9');
  assert.deepEqual(check, { canonical: 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9', warnings: [] });
  const kinds = checkAddress('eth', `0x${'ab'.repeat(20)}`).warnings.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['several_networks', 'no_checksum']);
  const { warnings } = checkAddress('eth_usdt', `0x${'ab'.repeat(20)}`);
  assert.ok(warnings[0]?.networks?.length && Object.isFrozen(warnings[0].networks));
  assert.match(warnings[1]?.message ?? '', /compare every character/);
  assert.deepEqual(checkAddress('doge', 'anything').warnings[0]?.kind, 'unchecked');
  for (const wrong of [
    '',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8',
  ]) {
    assert.throws(() => checkAddress('ltc', wrong), { name: 'InvalidError', message: /address/ });
  }
});

test("the lists of words are the core's", () => {
  const { native } = createRequire(import.meta.url)('../dist/autoplus.js').inner;
  const { CRYPTOS, TRADE_STATUSES, EVENT_TYPES, PRIORITIES, OUTCOMES } = autoplus;
  const ours = { CRYPTOS, TRADE_STATUSES, EVENT_TYPES, PRIORITIES, OUTCOMES };
  assert.deepEqual(ours, JSON.parse(native.knownWords()));
});

test('text that would change on its way is refused, and so are numbers for ids', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance' });
  const trade = await sender.trade(id);
  await assert.rejects(sender.setTerms(trade, '\ud83d'), { name: 'InvalidError', message: /surrogate/ });
  await assert.rejects(sender.trade(/** @type {any} */ (3)), {
    name: 'InvalidError',
    message: /ids are strings/,
  });
  assert.equal(
    (await sender.setTerms(trade, 'caf\u00e9 \u{1f600}')).terms?.sender.text,
    'caf\u00e9 \u{1f600}',
  );
});

test('sixty-four calls at once', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade();
  const trades = await Promise.all(Array.from({ length: 64 }, () => sender.trade(id)));
  assert.equal(trades.length, 64);
  assert.ok(trades.every((trade) => trade.id === id));
});
