// What a program does that talks to the API by itself, whatever it sends requests with.
import { randomUUID } from 'node:crypto';
import { GUILD, obey, readAll, readThree, settings } from './driver.mjs';
import { values } from './values.mjs';

/**
 * One request: gives the parsed body of a good answer, throws at others.
 * @callback Send
 * @param {string} path behind the API's address
 * @param {object} [body] makes it a POST
 * @param {string} [key] the idempotency key
 * @returns {Promise<unknown>}
 */

const reading = process.argv.includes('--zod') ? (await import('./checked.mjs')).checked : values;
const trade = `/trades/${settings.trade}`;

/** @param {Send} send */
export async function work(send) {
  /** @type {import('./values.mjs').Trade} */
  let snapshot;
  await obey({
    async one() {
      snapshot = reading.trade(await send(trade));
      return readThree(snapshot);
    },
    async pay() {
      const { crypto, sender, receiver } = snapshot;
      const opening = send(`/guilds/${GUILD}/trades`, { crypto, sender, receiver }, randomUUID());
      const opened = reading.opened(await opening);
      const challenge = reading.challenge(await send(`${trade}/action`, { action: 'release' }));
      const { action, recipient, confirmationCode } = challenge;
      const confirmation = { action, recipient, confirmationCode };
      const released = await send(`${trade}/confirm-action`, confirmation, randomUUID());
      return opened.tradeId + reading.trade(released).revision;
    },
    async batch() {
      return readAll(reading.page(await send(`${trade}/events?offset=0`)).events);
    },
  });
}
