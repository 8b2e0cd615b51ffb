// The library, as a Node program uses it.
import { Client } from 'autoplus';
import { obey, sawError, sawEvent, settings } from './driver.mjs';

/** Events that are asked for at once. */
const AT_ONCE = 100;

const client = new Client({
  token: 'streams',
  baseUrl: settings.url,
  caFile: settings.caFile,
  timeouts: { call: settings.patience, poll: settings.hold },
});

async function follow() {
  const watch = client.watch(settings.trades);
  for (let batch = await watch.nextBatch(AT_ONCE); batch.length > 0; batch = await watch.nextBatch(AT_ONCE)) {
    batch.forEach(handle);
  }
  sawError('the watch ended');
}

/** @param {import('autoplus').Watched} item */
function handle(item) {
  if (item.kind === 'event') {
    const changes = /** @type {{ sentAtMicros?: number }} */ (item.event.changes);
    sawEvent(changes.sentAtMicros);
  } else {
    sawError(item.kind === 'failure' ? item.error : `the stream of ${item.tradeId} ended`);
  }
}

const warmUp = client.events(settings.spareTrade);
await warmUp.next();
warmUp.close();
await obey(() => follow().catch(sawError));
