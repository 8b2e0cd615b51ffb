// @ts-check
// A shop: the receiver. It opens a trade, agrees, delivers what was paid, returns what wasn't, and claims its payout.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { ChangedSinceReviewError, Client, ConflictError, covers, NotFoundError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';
import { BUYER_TERMS, buy, environment, inFolder, LTC, SHOP_TERMS } from './other-side.mjs';

const PRICE = '0.5';
const PAYOUT_ADDRESS = LTC;

// ANCHOR: open
/**
 * One trade per order, however often this is called: the store knows the name.
 * @param {Client} client
 * @param {{ guild: string, buyer: string, order: string }} what
 */
async function openTrade(client, { guild, buyer, order }) {
  const parties = { guild, crypto: 'ltc', sender: buyer, receiver: String(client.userId) };
  const { id } = await untilKnown(() => client.openTrade({ ...parties, operation: `order:${order}` }));
  return id;
}
// ANCHOR_END: open

// ANCHOR: follow
/**
 * @param {Client} client
 * @param {string} id
 * @param {{ buyer: string, order: string }} what
 */
async function serve(client, id, what) {
  const events = client.events(id, { consumer: 'shop' });
  for await (const event of events) {
    if (event.type === 'trade.closed') continue;
    try {
      // An event may be old by the time it is handled: act on what stands now.
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
// ANCHOR_END: follow

// ANCHOR: act
/**
 * @param {Client} client
 * @param {import('autoplus').Trade} trade
 * @param {{ buyer: string, order: string }} what
 */
async function act(client, trade, { buyer, order }) {
  const next = client.nextStep(trade);
  if (next.step === 'confirmIdentification') {
    const agreed = trade.sender === buyer && trade.receiver === client.userId && trade.crypto === 'ltc';
    if (agreed) await client.confirmIdentification(trade);
  } else if (next.step === 'terms' && next.mine !== SHOP_TERMS) {
    await client.setTerms(trade, SHOP_TERMS);
  } else if (next.step === 'terms' && !next.confirmedByMe) {
    if (next.theirs === BUYER_TERMS) await client.confirmTerms(trade);
  } else if (next.step === 'mayReturn') {
    await deliverOrReturn(client, trade, order);
  } else if (next.step === 'claim') {
    const claim = await client.requestClaim(trade, PAYOUT_ADDRESS);
    await untilKnown(() => claim.confirm({ operation: `payout:${order}` }));
  }
}
// ANCHOR_END: act

// ANCHOR: deliver
/**
 * @param {Client} client
 * @param {import('autoplus').Trade} trade
 * @param {string} order
 */
async function deliverOrReturn(client, trade, order) {
  if (wasDelivered(order)) return; // your own record: once per order, never once per event
  if (covers(trade, PRICE, 'ltc')) return deliver(order);
  const back = await client.requestReturn(trade);
  console.log(`paid ${trade.amount}, not ${PRICE}: back to ${back.recipient}`);
  await untilKnown(() => back.confirm({ operation: `return:${order}` }));
}
// ANCHOR_END: deliver

/** @param {string} order */
function wasDelivered(order) {
  return existsSync(`goods-${order}`);
}

/** @param {string} order */
function deliver(order) {
  writeFileSync(`goods-${order}`, 'one licence key\n', { flag: 'wx' });
}

/**
 * @param {string} order
 * @param {string} pays
 */
async function sell(order, pays) {
  const { guild, sender } = sim;
  const what = { guild, buyer: sender.id, order };
  // ANCHOR: start
  const client = Client.fromEnv({ store: 'sqlite:shop.db' }); // AUTOPLUS_TOKEN, AUTOPLUS_USER_ID
  for (const { operation, message } of await client.recover()) {
    console.log('from an earlier run:', operation.name, message);
  }
  const id = await openTrade(client, what);
  // ANCHOR_END: start
  const [end] = await Promise.all([serve(client, id, what), buy(sim, id, pays, () => wasDelivered(order))]);
  await client.close();
  return end;
}

const sim = Simulator.start();
Object.assign(process.env, environment(sim, sim.receiver));
await inFolder(async () => {
  assert.deepEqual(await sell('42', '0.5'), { end: 'closed', outcome: 'released' });
  assert.deepEqual(await sell('43', '0.4'), { end: 'closed', outcome: 'returned' });
  assert.deepEqual([wasDelivered('42'), wasDelivered('43')], [true, false]);
});
assert.deepEqual(sim.check({ creates: 2 }), []);
sim.stop();
