// The library, as a Node program uses it.
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'autoplus';
import { obey, RETRY, sawError, sawEvent, settings } from './driver.mjs';

const client = new Client({
  token: 'streams',
  baseUrl: settings.url,
  caFile: settings.caFile,
  timeouts: { poll: settings.hold },
});

function follow() {
  for (const trade of settings.trades) followOne(trade);
}

/** @param {string} trade */
async function followOne(trade) {
  const stream = client.events(trade);
  while (true) {
    try {
      for (let step = await stream.next(); !step.done; step = await stream.next()) handle(step.value);
      return sawError('a stream ended');
    } catch (error) {
      sawError(error);
      await pause(RETRY);
    }
  }
}

/** @param {import('autoplus').TradeEvent} event */
function handle(event) {
  sawEvent(/** @type {number | undefined} */ (event.changes.sentAtMicros));
}

const warmUp = client.events(settings.spareTrade);
await warmUp.next();
warmUp.close();
await obey(follow);
