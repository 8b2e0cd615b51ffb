// @ts-check
// A buyer: the sender. It compares and confirms, pays once by its own record, and releases the funds once the goods
// are there. If the shop returns them, it takes them back.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'autoplus';
import { agree, options, partiesMatch, settle, termsMatch, unlessFaster, untilKnown } from './deal.mjs';

const DEAL = /** @type {const} */ ([
  'order',
  'trade',
  'shop',
  'crypto',
  'price',
  'shop-terms',
  'buyer-terms',
]);
const purchase = options([...DEAL, 'return-address', 'record', 'goods'], ['pay']);
// What is begun is on the disk before it is sent, so that it is known after a crash.
process.env.AUTOPLUS_STORE ||= 'sqlite:autoplus-buyer.db';
const client = Client.fromEnv();
if (!client.userId) throw new Error("set AUTOPLUS_USER_ID to the buyer's Discord user");
await settle(client);
const deal = {
  buyer: client.userId,
  shop: purchase.shop,
  crypto: purchase.crypto,
  price: purchase.price,
  buyerTerms: purchase['buyer-terms'],
  shopTerms: purchase['shop-terms'],
};

// Under a name the buyer goes on where it was, also after a crash; what it was working on then comes again.
const events = client.events(purchase.trade, { consumer: 'buyer' });
for await (const { trade } of events) {
  await unlessFaster(async () => {
    await agree(client, deal, trade, deal.buyerTerms);
    await goOn(trade);
  });
}
await client.close();
if (events.end?.end !== 'closed') throw new Error("the trade is gone, and how it ended isn't known");
const { outcome } = events.end;
const arrived = existsSync(purchase.goods);
console.log(`trade closed: ${outcome}${arrived ? ', and the goods are here' : ''}`);
// Well ended is what arrived and was released, or what came back.
process.exitCode = outcome === (arrived ? 'released' : 'returned') ? 0 : 1;

/** @param {import('autoplus').Trade} seen */
async function goOn(seen) {
  const next = client.nextStep(seen);
  if (next.step === 'deposit') {
    await payIfAgreed(seen.id);
  } else if (next.step === 'mayRelease' && (await goodsArrived(seen.id))) {
    const release = await client.requestRelease(seen);
    console.log(`the goods are here: releasing the funds to ${release.recipient} (challenge ***)`);
    await untilKnown(() => release.confirm({ operation: `release:${purchase.order}` }));
  } else if (next.step === 'claim') {
    const claim = await client.requestClaim(seen, purchase['return-address']);
    console.log(`claiming the ${next.kind} to ${claim.address} (challenge ***)`);
    await untilKnown(() => claim.confirm({ fee: claim.feeOptions[0] }));
  }
}

/**
 * Waits for the goods for as long as the funds are still in question, which it asks every two seconds.
 * @param {string} trade
 */
async function goodsArrived(trade) {
  for (let look = 0; !existsSync(purchase.goods); look += 1) {
    if (look % 20 === 0 && (await client.trade(trade)).status !== 'waitingAction') return false;
    await sleep(100);
  }
  return true;
}

/**
 * An event may be old by now: what counts is the trade as it stands right before paying.
 * @param {string} id
 */
async function payIfAgreed(id) {
  const trade = await client.trade(id);
  const next = client.nextStep(trade);
  if (next.step !== 'deposit' || !partiesMatch(deal, trade) || !termsMatch(deal, trade)) return;
  await payOnce(next.address);
}

/**
 * Notes the payment on disk before it is made: after a crash the note says that it may have been made, and a person
 * looks, instead of a second payment going out.
 * @param {string} address
 */
async function payOnce(address) {
  const { order, crypto, record } = purchase;
  const amount = purchase.pay ?? purchase.price;
  if (!noted(record, { order, amount, crypto, address })) {
    return console.log(`order ${order} was paid or begun to be paid before: not paying again`);
  }
  await pay(purchase.trade, amount);
  console.log(`paid ${amount} ${crypto} to the escrow at ${address}`);
}

/**
 * False if there is a note of this order already. Only one process can make the file.
 * @param {string} record
 * @param {{ order: string, amount: string, crypto: string, address: string }} payment
 */
function noted(record, payment) {
  if (existsSync(record)) {
    const { order } = JSON.parse(readFileSync(record, 'utf8'));
    if (order === payment.order) return false;
    throw new Error(`${record} is the record of order ${order}, not of ${payment.order}`);
  }
  const file = openSync(record, 'wx');
  writeSync(file, JSON.stringify(payment));
  fsyncSync(file);
  closeSync(file);
  return true;
}

/**
 * Play money: tells the simulator that the deposit was made. A real buyer's wallet pays here.
 * @param {string} trade
 * @param {string} amount
 */
async function pay(trade, amount) {
  const control = `${process.env.AUTOPLUS_BASE_URL?.replace(/\/v1$/, '')}/control`;
  for (const command of [
    { do: 'deposit', trade, amount },
    { do: 'confirm_deposit', trade },
  ]) {
    const answer = await fetch(control, { method: 'POST', body: JSON.stringify(command) });
    if (!answer.ok) throw new Error(`the payment failed: ${await answer.text()}`);
  }
}
