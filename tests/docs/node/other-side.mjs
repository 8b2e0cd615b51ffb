// @ts-check
// The other side of a trade, which the programs play against: a client of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'autoplus';

export const BUYER_TERMS = '0.5 LTC, paid at once';
export const SHOP_TERMS = 'one licence key';
export const LTC = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';
const PATIENCE = { timeout: 20 };

/**
 * @typedef {import('autoplus').Trade} Trade
 * @typedef {import('autoplus/testing').Simulator} Simulator
 * @typedef {import('autoplus/testing').SimulatedUser} SimulatedUser
 */

/**
 * @param {Simulator} sim
 * @param {SimulatedUser} user
 * @param {import('autoplus').StoreName} store
 */
export function clientOf(sim, user, store = 'memory') {
  return new Client({ token: user.token, userId: user.id, baseUrl: sim.baseUrl, store });
}

/**
 * Confirms the parties, sets its own terms, and confirms both.
 * @param {Client} client
 * @param {string} id
 * @param {string} own
 * @param {string} theirs
 */
export async function agree(client, id, own, theirs) {
  const trade = await client.trade(id);
  const [me, them] =
    trade.sender === client.userId
      ? /** @type {const} */ (['sender', 'receiver'])
      : /** @type {const} */ (['receiver', 'sender']);
  await client.confirmIdentification(trade);
  await client.waitFor(id, ({ status }) => status === 'waitingTermsAcceptance', PATIENCE);
  const set = await client.waitFor(id, ({ terms }) => terms?.[them].text === theirs, PATIENCE);
  await client.setTerms(set, own);
  await client.confirmTerms(await client.waitFor(id, ({ terms }) => terms?.[me].text === own, PATIENCE));
}

/**
 * The buyer: agrees, pays, waits for the goods, and releases the funds, or takes back what is returned.
 * @param {Simulator} sim
 * @param {string} id
 * @param {string} pays
 * @param {() => boolean} goodsAreHere
 */
export async function buy(sim, id, pays, goodsAreHere) {
  const buyer = clientOf(sim, sim.sender);
  await agree(buyer, id, BUYER_TERMS, SHOP_TERMS);
  await buyer.waitFor(id, ({ status }) => status === 'waitingReceive', PATIENCE);
  sim.deposit(id, pays);
  sim.confirmDeposit(id);
  let trade = await buyer.trade(id);
  while (!goodsAreHere() && trade.status !== 'waitingReturnAddress') {
    await sleep(20);
    trade = await buyer.trade(id);
  }
  if (trade.status === 'waitingReturnAddress') await (await buyer.requestClaim(trade, LTC)).confirm();
  else await (await buyer.requestRelease(trade)).confirm();
  await buyer.close();
}

/**
 * Runs in a folder of its own, which is removed afterwards.
 * @param {() => Promise<void>} run
 */
export async function inFolder(run) {
  const folder = mkdtempSync(join(tmpdir(), 'autoplus-'));
  process.chdir(folder);
  try {
    await run();
  } finally {
    process.chdir('/');
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {Simulator} sim
 * @param {SimulatedUser} user
 */
export function environment(sim, user) {
  return { AUTOPLUS_BASE_URL: sim.baseUrl, AUTOPLUS_TOKEN: user.token, AUTOPLUS_USER_ID: user.id };
}
