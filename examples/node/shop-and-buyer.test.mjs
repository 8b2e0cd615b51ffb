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
  const stores = (/** @type {string} */ program) => `sqlite:${join(folder, program)}.db`;
  return { sim, goods: join(folder, 'goods'), record: join(folder, 'record.json'), stores };
}

/**
 * @param {Pick<ReturnType<typeof world>, 'sim' | 'stores'>} world
 * @param {'shop' | 'buyer'} program
 * @param {Record<string, string>} options
 */
function start({ sim, stores }, program, options) {
  const user = program === 'shop' ? sim.receiver : sim.sender;
  const own = {
    AUTOPLUS_BASE_URL: sim.baseUrl,
    AUTOPLUS_TOKEN: user.token,
    AUTOPLUS_USER_ID: user.id,
    AUTOPLUS_STORE: stores(program),
  };
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
  return { child, ended, firstLine: once(lines, 'line').then(([line]) => String(line)) };
}

const TERMS = { 'shop-terms': 'one licence key', 'buyer-terms': 'paid at once' };

/**
 * One trade from opening to its end.
 * @param {ReturnType<typeof world>} world
 * @param {{ crypto?: string, shop?: Record<string, string>, buyer?: Record<string, string> }} [how]
 */
async function play(world, { crypto = 'ltc', shop = { guild: world.sim.guild }, buyer = {} } = {}) {
  const { sim, goods, record } = world;
  const [deal, address] = [{ order: '42', crypto, price: '0.5', ...TERMS }, ADDRESS[crypto] ?? ''];
  const payout = { 'payout-address': address, 'deliver-to': goods, buyer: sim.sender.id };
  const selling = start(world, 'shop', { ...deal, ...payout, ...shop });
  const trade = shop.trade ?? (await opened(sim));
  const bought = { trade, shop: sim.receiver.id, 'return-address': address, record, goods };
  const buying = start(world, 'buyer', { ...deal, ...bought, ...buyer });
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

/** The trade that the shop opened. @param {Simulator} sim */
async function opened(sim) {
  for (;;) {
    const [trade] = sim.trades();
    if (trade) return trade.id;
    await sleep(20);
  }
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
  const buying = start(here, 'buyer', { ...again, record, goods: `${record}.none` });
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

test('a shop that is killed while it opens a trade goes on with that trade when it starts again', async (t) => {
  const here = world(t);
  const { sim, goods } = here;
  sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 5 });
  const payout = { 'payout-address': ADDRESS.ltc ?? '', 'deliver-to': goods, buyer: sim.sender.id };
  const order = { order: '42', crypto: 'ltc', price: '0.5', ...TERMS, ...payout };
  const killed = start(here, 'shop', { ...order, guild: sim.guild });
  const trade = await opened(sim);
  killed.child.kill('SIGKILL');
  assert.deepEqual((await killed.ended).said, []);
  const { shopSaid } = await play(here);
  assert.deepEqual(shopSaid.slice(0, 2), [
    'from an earlier run: open_trade order:42: done, once',
    `opened trade ${trade} for order 42`,
  ]);
  assert.equal(shopSaid.at(-1), 'trade closed: released');
  assert.deepEqual(sim.check({ creates: 1 }), []);
});

test('a shop that is killed in the middle of a trade goes on where it was', async (t) => {
  const here = world(t);
  const { sim, goods, record } = here;
  const deal = { order: '42', crypto: 'ltc', price: '0.5', ...TERMS };
  const payout = { 'payout-address': ADDRESS.ltc ?? '', 'deliver-to': goods, buyer: sim.sender.id };
  const sell = () => start(here, 'shop', { ...deal, ...payout, guild: sim.guild });
  const killed = sell();
  const trade = await opened(sim);
  const bought = { trade, shop: sim.receiver.id, 'return-address': ADDRESS.ltc ?? '', record, goods };
  const buying = start(here, 'buyer', { ...deal, ...bought });
  while (!existsSync(goods)) await sleep(20);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const [sold, done] = await Promise.all([sell().ended, buying.ended]);
  assert.deepEqual([sold.code, done.code], [0, 0], JSON.stringify([sold, done]));
  assert.equal(sold.said.at(-1), 'trade closed: released');
  assert.ok(!sold.said.some((line) => line.includes('set my terms') || line.includes('confirmed')));
  assert.deepEqual(sim.check({ creates: 1 }), []);
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
  const here = world(t);
  const { sim, goods } = here;
  const { id } = sim.openTrade({ until: 'waitingTermsAcceptance', receiverTerms: TERMS['shop-terms'] });
  sim.patch(id, { 'terms.sender.text': String.raw`"\ud83d\u001b[2J"` });
  const payout = { 'payout-address': ADDRESS.ltc ?? '', 'deliver-to': goods, buyer: sim.sender.id };
  const selling = start(here, 'shop', {
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
