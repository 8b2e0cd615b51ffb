// @ts-check
// A buyer: the sender. It compares before it confirms, pays once, releases for goods, and takes back what is returned.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { ChangedSinceReviewError, Client, ConflictError, NotFoundError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';
import { agree, BUYER_TERMS, clientOf, environment, inFolder, LTC, SHOP_TERMS } from './other-side.mjs';

const PRICE = '0.5';
const RETURN_ADDRESS = LTC;

// ANCHOR: act
/**
 * @param {Client} client
 * @param {import('autoplus').Trade} trade
 * @param {{ shop: string, order: string }} what
 */
async function act(client, trade, { shop, order }) {
  const next = client.nextStep(trade);
  if (next.step === 'confirmIdentification') {
    const agreed = trade.sender === client.userId && trade.receiver === shop && trade.crypto === 'ltc';
    if (agreed) await client.confirmIdentification(trade);
  } else if (next.step === 'terms' && next.mine !== BUYER_TERMS) {
    await client.setTerms(trade, BUYER_TERMS);
  } else if (next.step === 'terms' && !next.confirmedByMe) {
    if (next.theirs === SHOP_TERMS) await client.confirmTerms(trade);
  } else if (next.step === 'deposit') {
    payOnce(trade, next.address, order);
  } else if (next.step === 'mayRelease' && goodsAreHere(order)) {
    const release = await client.requestRelease(trade);
    await untilKnown(() => release.confirm({ operation: `release:${order}` }));
  } else if (next.step === 'claim') {
    // a return, or the part of a reduction: it comes back to this account
    const claim = await client.requestClaim(trade, RETURN_ADDRESS);
    console.log(`the ${next.kind} goes to ${claim.address}`);
    await untilKnown(() => claim.confirm({ operation: `${next.kind}:${order}` }));
  }
}
// ANCHOR_END: act

// ANCHOR: pay
/**
 * The note is on the disk before the money goes. After a crash in between a person looks; nobody pays twice.
 * @param {import('autoplus').Trade} trade
 * @param {string} address
 * @param {string} order
 */
function payOnce(trade, address, order) {
  if (trade.terms?.receiver.text !== SHOP_TERMS || existsSync(`paid-${order}`)) return;
  const note = `${PRICE} ${trade.crypto} to ${address}\n`;
  writeFileSync(`paid-${order}`, note, { flag: 'wx', flush: true });
  payFromWallet(trade, address, PRICE);
}
// ANCHOR_END: pay

/**
 * @param {import('autoplus').Trade} trade
 * @param {string} _address
 * @param {string} amount
 */
function payFromWallet(trade, _address, amount) {
  sim.deposit(trade.id, amount);
  sim.confirmDeposit(trade.id);
}

/** @param {string} order */
function goodsAreHere(order) {
  return existsSync(`goods-${order}`);
}

/**
 * @param {Client} client
 * @param {string} id
 * @param {{ shop: string, order: string }} what
 */
async function follow(client, id, what) {
  const events = client.events(id, { consumer: 'buyer' });
  for await (const event of events) {
    if (event.type === 'trade.closed') continue;
    try {
      await act(client, await client.trade(id), what);
    } catch (error) {
      const late = [ChangedSinceReviewError, ConflictError, NotFoundError].some(
        (kind) => error instanceof kind,
      );
      if (!late) throw error;
      console.log('the other side was faster, the next event tells:', String(error));
    }
  }
  return events.end;
}

/**
 * The shop: delivers and takes its payout, or returns the funds.
 * @param {string} id
 * @param {string | undefined} delivers
 */
async function sell(id, delivers) {
  const shop = clientOf(sim, sim.receiver);
  await agree(shop, id, SHOP_TERMS, BUYER_TERMS);
  const paid = await shop.waitFor(id, ({ status }) => status === 'waitingAction', { timeout: 20 });
  if (delivers) {
    writeFileSync(`goods-${delivers}`, 'one licence key\n');
    sim.emit(id, 'trade.updated', {}); // somebody writes in the thread; the buyer looks again
    const released = await shop.waitFor(id, ({ status }) => status === 'waitingAddress', { timeout: 20 });
    await (await shop.requestClaim(released, LTC)).confirm();
  } else {
    await (await shop.requestReturn(paid)).confirm();
  }
  await shop.close();
}

/**
 * @param {string} order
 * @param {boolean} delivers
 */
async function purchase(order, delivers) {
  const { id } = sim.openTrade();
  const client = Client.fromEnv({ store: 'sqlite:buyer.db' });
  const what = { shop: sim.receiver.id, order };
  const [end] = await Promise.all([follow(client, id, what), sell(id, delivers ? order : undefined)]);
  await client.close();
  return end;
}

const sim = Simulator.start();
Object.assign(process.env, environment(sim, sim.sender));
await inFolder(async () => {
  assert.deepEqual(await purchase('42', true), { end: 'closed', outcome: 'released' });
  assert.deepEqual(await purchase('43', false), { end: 'closed', outcome: 'returned' });
});
assert.deepEqual(sim.check(), []);
sim.stop();
