// @ts-check
// Errors by what to do about them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { AutoPlusError, Client, OutcomeUnknownError } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';
import { inFolder } from './other-side.mjs';

const PAUSE = 100;
/** @type {AutoPlusError[]} */
const alarms = [];

/** @param {AutoPlusError} error */
function tellAPerson(error) {
  alarms.push(error);
}

// ANCHOR: by_kind
/**
 * True if the funds were released. False if nothing moved, and it may be tried at the next event.
 * @param {Client} client
 * @param {string} id
 */
async function release(client, id) {
  try {
    const challenge = await client.requestRelease(await client.trade(id));
    await untilKnown(() => challenge.confirm({ operation: `release:${id}` }), PAUSE);
    return true;
  } catch (error) {
    if (!(error instanceof AutoPlusError)) throw error;
    switch (error.kind) {
      case 'conflict':
      case 'changed_since_review':
      case 'not_found':
      case 'challenge_expired':
        return false; // the trade moved on: the next event has what stands now
      case 'transport':
      case 'timeout':
      case 'server':
      case 'rate_limited':
      case 'operation_in_progress':
        return false; // passes by itself
      default: // a wrong token, a full disk, a defect: nothing that waiting mends
        tellAPerson(error);
        return false;
    }
  }
}
// ANCHOR_END: by_kind

// ANCHOR: keep
/**
 * Without a file as the store: what is unknown is kept by the caller, and settled later.
 * @param {Client} client
 * @param {string} id
 */
async function confirmOnce(client, id) {
  const challenge = await client.requestRelease(await client.trade(id));
  try {
    await challenge.confirm();
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error;
    writeFileSync('unknown.json', JSON.stringify(error.operation));
  }
}

/** @param {Client} client */
async function settleLater(client) {
  const { verdict, message } = await client.resolve(JSON.parse(readFileSync('unknown.json', 'utf8')));
  return `${verdict}: ${message}`;
}
// ANCHOR_END: keep

await inFolder(async () => {
  const sim = Simulator.start();
  const { id: userId, token } = sim.sender;
  const client = new Client({ token, userId, baseUrl: sim.baseUrl, timeouts: { attempt: 0.3, call: 0.6 } });
  const [done, movedOn, lost] = Array.from({ length: 3 }, () => sim.openTrade({ until: 'waitingAction' }).id);
  if (!done || !movedOn || !lost) throw new Error('three trades');

  sim.fault('POST /trades/{id}/confirm-action', { kind: 'lost_after', times: 5 });
  assert.equal(await release(client, done), true);

  sim.act(movedOn, 'receiver', { act: 'return' });
  assert.equal(await release(client, movedOn), false);

  sim.fault('POST /trades/{id}/confirm-action', { kind: 'lost_after', times: 99 });
  sim.fault('GET /trades/{id}', { kind: 'status', status: 503, times: 99, skip: 1 });
  sim.fault('GET /trades/{id}/events', { kind: 'status', status: 503, times: 99 });
  await confirmOnce(client, lost);
  sim.calm();
  assert.match(await settleLater(client), /^done/);

  sim.revokeToken(token);
  assert.equal(await release(client, lost), false);
  assert.deepEqual(
    alarms.map(({ kind }) => kind),
    ['authentication'],
  );
  assert.deepEqual(sim.check(), []);
  await client.close();
  sim.stop();
});
