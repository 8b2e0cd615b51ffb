// Trades cross by place, and go back exactly as they came.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { parseTrade } from 'autoplus';
import { world } from './world.mjs';

/** @type {typeof import('../lib/inner.js')} */
const { native, tradeJson } = createRequire(import.meta.url)('../dist/autoplus.js').inner;

const SIDE = '{"text":"pay","confirmed":true,"confirmedAt":1785000300}';
/** Every field that the core knows, in its own order. */
const FIELDS = {
  id: '"131"',
  tradeId: '40017',
  revision: '31',
  openedAt: '1785000000',
  crypto: '"ltc"',
  status: '"waitingAction"',
  sender: '"1"',
  receiver: '"2"',
  identificationRevision: '3',
  identificationConfirmedBy: '["1","2"]',
  terms: `{"version":"v7","sender":${SIDE},"receiver":${SIDE}}`,
  address: '"ltc1q"',
  fees: '"0.00012"',
  feesUsd: '"0.01"',
  amount: '"1.25"',
  amountUsd: '"104.37"',
  receivedAt: '1785000900',
  txid: '"9f2c"',
  settlementTxid: '"77aa"',
  fundControlsLocked: 'true',
};
const NEEDED = ['id', 'tradeId', 'revision', 'openedAt', 'crypto', 'status', 'identificationRevision'];

/** @param {Record<string, string>} fields */
function json(fields) {
  return `{${Object.entries(fields).map(([name, raw]) => `${JSON.stringify(name)}:${raw}`)}}`;
}

/** @param {string} text */
function backAgain(text) {
  return tradeJson(JSON.parse(native.tradeAt(text, '')));
}

test('each field that the core knows has its place, and comes back', () => {
  assert.equal(backAgain(json(FIELDS)), json(FIELDS));
  const { extra, ...trade } = parseTrade(json(FIELDS));
  assert.equal(extra, undefined);
  assert.deepEqual(Object.keys(trade), Object.keys(FIELDS));
  assert.equal(trade.openedAt.getTime(), 1_785_000_000_000);
  assert.deepEqual(Object.keys(trade.terms ?? {}), ['version', 'sender', 'receiver']);
  assert.deepEqual(Object.keys(trade.terms?.receiver ?? {}), ['text', 'confirmed', 'confirmedAt']);
});

test('what is not there is not there, whatever else is', () => {
  const needed = Object.fromEntries(Object.entries(FIELDS).filter(([name]) => NEEDED.includes(name)));
  const always = { ...needed, identificationConfirmedBy: '[]' };
  for (const [name, raw] of [['', ''], ...Object.entries(FIELDS)]) {
    const text = json({ ...always, ...(name && { [name]: raw }) });
    assert.deepEqual(JSON.parse(backAgain(text)), JSON.parse(text));
    // What is left out reads as false, but goes back as it came.
    const names = new Set([...Object.keys(JSON.parse(text)), 'fundControlsLocked']);
    assert.deepEqual(new Set(Object.keys(parseTrade(text))), names);
  }
});

test('text, numbers and unknown fields come back character by character', () => {
  for (const text of [
    String.raw`"caf\u00e9 caf\u0065"`,
    String.raw`"half \ud83d of it"`,
    String.raw`"a\/b \"c\" \\ \n \u001F"`,
    '"caf\u00e9 \u{1f600} \u2028"',
  ]) {
    const side = `{"text":${text},"confirmed":false,"mood":{"level": 1.50}}`;
    const terms = `{"version":"v7","sender":${side},"receiver":${SIDE},"more":[1e-7]}`;
    const whole = json({ ...FIELDS, terms, revision: '9007199254740993', __proto: '1', zone: '[ 0.10 ]' });
    assert.equal(backAgain(whole), whole);
    const trade = parseTrade(whole);
    assert.equal(trade.terms?.sender.text, JSON.parse(text));
    assert.deepEqual(trade.terms?.sender.extra, { mood: { level: '1.5' } });
    assert.deepEqual(trade.extra, { __proto: 1, zone: ['0.1'] });
  }
});

test('a snapshot goes back as it came, whatever became of its Dates; a copy is no snapshot', async (t) => {
  const { sim, sender } = world(t);
  const { id } = sim.openTrade({
    until: 'waitingTermsAcceptance',
    senderTerms: 'pay',
    receiverTerms: 'ship',
  });
  const trade = await sender.trade(id);
  trade.openedAt.setTime(Number.NaN);
  assert.equal((await sender.confirmTerms(trade)).terms?.sender.confirmed, true);
  const again = await sender.trade(id);
  for (const copy of [{ ...again }, structuredClone(again), parseTrade(JSON.stringify(again))]) {
    await assert.rejects(sender.resetIdentification(copy), { name: 'InvalidError' });
  }
  assert.ok(!Reflect.ownKeys(again).some((name) => !(String(name) in FIELDS)));
});
