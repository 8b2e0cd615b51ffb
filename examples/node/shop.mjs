// @ts-check
// A shop bot: the receiver. It opens a trade for an order, delivers only once the escrow holds what was agreed, and
// takes its payout. An underpaid order is returned, never delivered.
import { existsSync, writeFileSync } from 'node:fs';
import { Client, covers } from 'autoplus';
import { agree, options, partiesMatch, settle, termsMatch, unlessFaster, untilKnown } from './deal.mjs';

const DEAL = /** @type {const} */ (['order', 'buyer', 'crypto', 'price', 'shop-terms', 'buyer-terms']);
const order = options([...DEAL, 'payout-address', 'deliver-to'], ['guild', 'trade']);
// What is begun is on the disk before it is sent, so that it is known after a crash.
process.env.AUTOPLUS_STORE ||= 'sqlite:autoplus-shop.db';
const client = Client.fromEnv();
if (!client.userId) throw new Error("set AUTOPLUS_USER_ID to the shop's Discord user");
await settle(client);
const deal = {
  buyer: order.buyer,
  shop: client.userId,
  crypto: order.crypto,
  price: order.price,
  buyerTerms: order['buyer-terms'],
  shopTerms: order['shop-terms'],
};

// Under a name the shop goes on where it was, also after a crash; what it was working on then comes again.
const events = client.events(order.trade ?? (await openTrade()), { consumer: 'shop' });
for await (const { trade } of events) {
  await unlessFaster(async () => {
    await agree(client, deal, trade, deal.shopTerms);
    await fulfil(trade);
  });
}
await client.close();
if (events.end?.end !== 'closed') throw new Error("the trade is gone, and how it ended isn't known");
const { outcome } = events.end;
console.log(`trade closed: ${outcome}`);
// Well ended is what was delivered and released, or returned and not delivered.
process.exitCode = outcome === (existsSync(order['deliver-to']) ? 'released' : 'returned') ? 0 : 1;

async function openTrade() {
  if (!order.guild) throw new Error('missing: --guild to open a trade in, or --trade for one that is open');
  const parties = { guild: order.guild, crypto: deal.crypto, sender: deal.buyer, receiver: deal.shop };
  const { id } = await untilKnown(() => client.openTrade({ ...parties, operation: `order:${order.order}` }));
  console.log(`opened trade ${id} for order ${order.order}`);
  return id;
}

/** @param {import('autoplus').Trade} seen */
async function fulfil(seen) {
  const { step } = client.nextStep(seen);
  // The file is the record of what was delivered: a later event at the same status delivers nothing again.
  if (step === 'mayReturn' && !existsSync(order['deliver-to'])) {
    // An event may be old by now: what counts is the trade as it stands right before delivering.
    const trade = await client.trade(seen.id);
    if (trade.status === 'waitingAction') await deliverOrReturn(trade);
  } else if (step === 'claim') {
    const claim = await client.requestClaim(seen, order['payout-address']);
    console.log(`claiming ${claim.crypto} to ${claim.address} (challenge ***)`);
    await untilKnown(() => claim.confirm({ fee: claim.feeOptions[0] }));
  }
}

/** @param {import('autoplus').Trade} trade */
async function deliverOrReturn(trade) {
  const held = `escrow holds ${trade.amount} ${trade.crypto}`;
  const agreed = partiesMatch(deal, trade) && termsMatch(deal, trade);
  if (agreed && covers(trade, deal.price, deal.crypto)) {
    console.log(`${held}: delivering order ${order.order}`);
    return deliver();
  }
  console.log(`${held}, not the agreed ${deal.price} ${deal.crypto}: not delivered`);
  const returning = await client.requestReturn(trade);
  console.log(`returning the funds to ${returning.recipient} (challenge ***)`);
  await untilKnown(() => returning.confirm({ operation: `return:${order.order}` }));
}

/** Where a real shop hands out what was bought, once: there can be only one such file. */
function deliver() {
  writeFileSync(order['deliver-to'], `the goods of order ${order.order}\n`, { flag: 'wx' });
}
