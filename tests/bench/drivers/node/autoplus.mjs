// The library, as a Node program uses it.
import { Client } from 'autoplus';
import { GUILD, obey, readAll, readThree, settings, TOKEN } from './driver.mjs';

/** What one poll brings. */
const EVENTS = 1000;

const client = new Client({
  token: TOKEN,
  baseUrl: settings.url,
  caFile: settings.caFile,
  store: /** @type {import('autoplus').StoreName} */ (settings.store),
});
/** @type {import('autoplus').Trade} */
let snapshot;

await obey({
  async one() {
    snapshot = await client.trade(settings.trade);
    return readThree(snapshot);
  },
  async pay() {
    const { crypto, sender = '', receiver = '' } = snapshot;
    const opened = await client.openTrade({ guild: GUILD, crypto, sender, receiver });
    const challenge = await client.requestRelease(snapshot);
    const released = await challenge.confirm();
    return opened.tradeId + released.revision;
  },
  async batch() {
    const events = client.events(settings.trade, { startAfter: 0 });
    const sum = readAll(await events.nextBatch(EVENTS));
    await events.return();
    return sum;
  },
});
