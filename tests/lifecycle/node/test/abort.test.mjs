// An AbortSignal ends every call, whichever it is.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError, Client } from 'autoplus';
import { arrived } from '../../../../bindings-node/test/child.mjs';
import { quiet, world } from '../../../../bindings-node/test/world.mjs';

const ADDRESS = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';

/**
 * @typedef {import('autoplus').Trade} Trade
 * @typedef {object} Case
 * @property {string} [route] what it sends, if it sends
 * @property {import('autoplus').TradeStatus} [until] how far the trade is
 * @property {(client: Client, trade: Trade, options: { signal: AbortSignal }, sim: import('autoplus/testing').Simulator) =>
 *   Promise<unknown>} call
 */

/** Every call that waits for something, by its name. @type {Record<string, Case>} */
const CALLS = {
  servers: { route: 'GET /servers', call: (client, _, options) => client.servers(options) },
  stats: { route: 'GET /stats', call: (client, _, options) => client.stats(options) },
  transactions: { route: 'GET /transactions', call: (client, _, options) => client.transactions(options) },
  openTrade: {
    route: 'POST /guilds/{guildId}/trades',
    call: (client, _, options, { guild, sender, receiver }) =>
      client.openTrade({ guild, crypto: 'ltc', sender: sender.id, receiver: receiver.id }, options),
  },
  trade: { route: 'GET /trades/{id}', call: (client, { id }, options) => client.trade(id, options) },
  chooseRole: {
    route: 'PUT /trades/{id}/identification',
    call: (client, trade, options) => client.chooseRole(trade, 'sender', options),
  },
  confirmIdentification: {
    route: 'POST /trades/{id}/identification/confirm',
    call: (client, trade, options) => client.confirmIdentification(trade, options),
  },
  resetIdentification: {
    route: 'POST /trades/{id}/identification/reset',
    call: (client, trade, options) => client.resetIdentification(trade, options),
  },
  setTerms: {
    route: 'PUT /trades/{id}/terms',
    until: 'waitingTermsAcceptance',
    call: (client, trade, options) => client.setTerms(trade, 'none', options),
  },
  confirmTerms: {
    route: 'POST /trades/{id}/terms/confirm',
    until: 'waitingTermsAcceptance',
    call: (client, trade, options) => client.confirmTerms(trade, options),
  },
  requestRelease: {
    route: 'POST /trades/{id}/action',
    until: 'waitingAction',
    call: (client, trade, options) => client.requestRelease(trade, options),
  },
  requestReturn: {
    route: 'POST /trades/{id}/action',
    until: 'waitingAction',
    call: (client, trade, options) => client.requestReturn(trade, options),
  },
  requestClaim: {
    route: 'POST /trades/{id}/claim-funds',
    until: 'waitingReturnAddress',
    call: (client, trade, options) => client.requestClaim(trade, ADDRESS, options),
  },
  events: {
    route: 'GET /trades/{id}/events',
    call: (client, { id }, options) => client.events(id, options).next(),
  },
  watch: {
    route: 'GET /trades/{id}/events',
    call: (client, { id }, options) => client.watch([id], options).next(),
  },
  waitFor: {
    route: 'GET /trades/{id}/events',
    call: (client, { id }, options) => client.waitFor(id, () => false, options),
  },
  streamNotes: { call: (client, _, options) => client.streamNotes(options).next() },
  recover: { call: (client, _, options) => client.recover(options) },
  resolve: { call: (client, _, options) => client.resolve({ json: '{}' }, options) },
  pendingOperations: { call: (client, _, options) => client.pendingOperations(options) },
  knownTrades: { call: (client, _, options) => client.knownTrades(options) },
  forget: { call: (client, _, options) => client.forget('a', options) },
};
/** What needs no signal: it waits for nothing, or ends the client. */
const WITHOUT = ['constructor', 'setToken', 'nextStep', 'streamStats', 'followedTrades', 'close'];

test('every call is in the list', () => {
  const names = Object.getOwnPropertyNames(Client.prototype);
  assert.deepEqual(names.toSorted(), [...Object.keys(CALLS), ...WITHOUT].toSorted());
});

for (const [name, { call, route, until = 'waitingIdentification' }] of Object.entries(CALLS)) {
  test(`${name}: a signal that is aborted already rejects it, and nothing is sent`, async (t) => {
    const { sim, sender } = world(t);
    const trade = await sender.trade(sim.openTrade({ until }).id);
    sim.requests({ clear: true });
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(call(sender, trade, { signal }, sim), (error) => {
      assert.ok(error instanceof AbortError, String(error));
      assert.deepEqual(
        [error.name, error.code, error.cause],
        ['AbortError', 'ABORT_ERR', new Error('enough')],
      );
      return true;
    });
    await sleep(20);
    assert.deepEqual(sim.requests(), []);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  if (route === undefined) continue;
  test(`${name}: aborting in the middle rejects at once, and leaves no listener and no poll`, async (t) => {
    const { sim, sender } = world(t);
    const trade = await sender.trade(sim.openTrade({ until }).id);
    sim.requests({ clear: true });
    sim.fault(route, { kind: 'slow', seconds: 0.5 });
    const controller = new AbortController();
    const waiting = call(sender, trade, { signal: controller.signal }, sim).catch((error) => error);
    await arrived(sim, route);
    const began = performance.now();
    controller.abort();
    const error = await waiting;
    assert.ok(error instanceof AbortError, String(error));
    assert.ok(performance.now() - began < 100, `${performance.now() - began} ms`);
    assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
    await quiet(sim);
  });
}

test('a timeout, and any of several signals, are signals too', async (t) => {
  const { sim, sender } = world(t);
  sim.fault('GET /stats', { kind: 'slow', seconds: 20, times: 9 });
  const error = await sender.stats({ signal: AbortSignal.timeout(30) }).catch((why) => why);
  assert.ok(error instanceof AbortError && error.cause instanceof Error);
  assert.equal(error.cause.name, 'TimeoutError');
  const either = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(30)]);
  await assert.rejects(sender.stats({ signal: either }), { name: 'AbortError' });
});
