// @ts-check
// The shop and the buyer against each other, over HTTP on one simulator.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Simulator } from 'autoplus/testing';

/** @type {Record<string, string>} */
const ADDRESS = {
  ltc: 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9',
  btc: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
};

/** @param {import('node:test').TestContext} t */
function world(t) {
  const sim = Simulator.start();
  const folder = mkdtempSync(join(tmpdir(), 'autoplus-'));
  t.after(() => {
    sim.stop();
    rmSync(folder, { recursive: true });
  });
  return { sim, goods: join(folder, 'goods'), record: join(folder, 'record.json') };
}

/**
 * @param {Simulator} sim
 * @param {'shop' | 'buyer'} program
 * @param {Record<string, string>} options
 */
function start(sim, program, options) {
  const user = program === 'shop' ? sim.receiver : sim.sender;
  const own = { AUTOPLUS_BASE_URL: sim.baseUrl, AUTOPLUS_TOKEN: user.token, AUTOPLUS_USER_ID: user.id };
  const file = fileURLToPath(new URL(`${program}.mjs`, import.meta.url));
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...own },
    timeout: 20_000,
  });
  child.stderr.pipe(process.stderr);
  /** @type {string[]} */
  const said = [];
  const lines = createInterface(child.stdout).on('line', (line) => said.push(line));
  const ended = once(child, 'close').then(([code]) => {
    assert.ok(!said.join().includes('sim-token-'));
    return { code, said };
  });
  return { ended, firstLine: once(lines, 'line').then(([line]) => String(line)) };
}

const TERMS = { 'shop-terms': 'one licence key', 'buyer-terms': 'paid at once' };

/**
 * One trade from opening to its end.
 * @param {ReturnType<typeof world>} world
 * @param {{ crypto?: string, shop?: Record<string, string>, buyer?: Record<string, string> }} [how]
 */
async function play(
  { sim, goods, record },
  { crypto = 'ltc', shop = { guild: sim.guild }, buyer = {} } = {},
) {
  const [deal, address] = [{ order: '42', crypto, price: '0.5', ...TERMS }, ADDRESS[crypto] ?? ''];
  const payout = { 'payout-address': address, 'deliver-to': goods, buyer: sim.sender.id };
  const selling = start(sim, 'shop', { ...deal, ...payout, ...shop });
  const trade = shop.trade ?? (await selling.firstLine).split(' ')[2] ?? '';
  const bought = { trade, shop: sim.receiver.id, 'return-address': address, record, goods };
  const buying = start(sim, 'buyer', { ...deal, ...bought, ...buyer });
  const ended = await Promise.all([selling.ended, buying.ended]);
  const [shopSaid, buyerSaid] = ended.map(({ said }) => said);
  const all = JSON.stringify({ shopSaid, buyerSaid }, null, 2);
  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
    all,
  );
  return { shopSaid: shopSaid ?? [], buyerSaid: buyerSaid ?? [] };
}

for (const crypto of ['ltc', 'btc']) {
  test(`a paid order is delivered and released: ${crypto}`, async (t) => {
    const here = world(t);
    const { shopSaid, buyerSaid } = await play(here, { crypto });
    assert.ok(existsSync(here.goods));
    assert.ok(shopSaid.includes(`escrow holds 0.5 ${crypto}: delivering order 42`), shopSaid.join('\n'));
    assert.equal(shopSaid.at(-1), 'trade closed: released');
    assert.equal(buyerSaid.at(-1), 'trade closed: released, and the goods are here');
  });
}

test('an underpaid order is returned and never delivered', async (t) => {
  const here = world(t);
  const { shopSaid, buyerSaid } = await play(here, { buyer: { pay: '0.49999999' } });
  assert.ok(!existsSync(here.goods));
  assert.ok(shopSaid.includes('escrow holds 0.49999999 ltc, not the agreed 0.5 ltc: not delivered'));
  assert.equal(shopSaid.at(-1), 'trade closed: returned');
  assert.equal(buyerSaid.at(-1), 'trade closed: returned');
});

test('an order is paid once', async (t) => {
  const here = world(t);
  const { sim, record } = here;
  await play(here);
  assert.equal(JSON.parse(readFileSync(record, 'utf8')).order, '42');
  const { id } = sim.openTrade({
    until: 'waitingReceive',
    senderTerms: TERMS['buyer-terms'],
    receiverTerms: TERMS['shop-terms'],
  });
  const address = { 'return-address': ADDRESS.ltc ?? '', shop: sim.receiver.id };
  const again = { order: '42', crypto: 'ltc', price: '0.5', ...TERMS, trade: id, ...address };
  const buying = start(sim, 'buyer', { ...again, record, goods: `${record}.none` });
  assert.match(await buying.firstLine, /not paying again/);
  sim.close(id, 'canceled');
  const { code, said } = await buying.ended;
  assert.deepEqual([code, said.at(-1)], [1, 'trade closed: canceled']);
  assert.ok(!sim.requests().some(({ path }) => path.includes(id) && path.includes('confirm')));
});

test('a shop goes on with a trade that it is told of', async (t) => {
  const here = world(t);
  const { shopSaid } = await play(here, { shop: { trade: here.sim.openTrade().id } });
  assert.equal(shopSaid.at(-1), 'trade closed: released');
});

test('whatever else happens at the same status, an order is delivered once, and what is unknown is asked again', async (t) => {
  const here = world(t);
  const { sim, goods } = here;
  const { id } = sim.openTrade();
  sim.fault('POST /trades/{id}/confirm-action', { kind: 'lost_before', times: 4 });
  const playing = play(here, { shop: { trade: id } });
  while (!existsSync(goods)) await sleep(20);
  for (const open of [true, false]) sim.support(id, open);
  const { shopSaid, buyerSaid } = await playing;
  assert.equal(shopSaid.filter((line) => line.includes('delivering')).length, 1);
  assert.ok(buyerSaid.some((line) => line.startsWith('not known yet, asking again')));
  const confirmed = sim.requests().filter(({ path }) => path.endsWith('/confirm-action'));
  assert.equal(new Set(confirmed.map(({ body }) => body)).size, 1);
  assert.equal(shopSaid.at(-1), 'trade closed: released');
});

test('odd terms of the other side are printed escaped and stay unconfirmed', async (t) => {
  const { sim, goods } = world(t);
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance', receiverTerms: TERMS['shop-terms'] });
  sim.patch(id, { 'terms.sender.text': String.raw`"\ud83d\u001b[2J"` });
  const payout = { 'payout-address': ADDRESS.ltc ?? '', 'deliver-to': goods, buyer: sim.sender.id };
  const selling = start(sim, 'shop', {
    order: '42',
    crypto: 'ltc',
    price: '0.5',
    ...TERMS,
    ...payout,
    trade: id,
  });
  assert.ok((await selling.firstLine).endsWith(String.raw`stay unconfirmed: "\ud83d\u001b[2J"`));
  sim.close(id, 'canceled');
  assert.equal((await selling.ended).said.at(-1), 'trade closed: canceled');
});
