// @ts-check
// A bot that is killed in the middle of moving money, and starts again over the same file.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'autoplus';
import { Simulator } from 'autoplus/testing';
import { untilKnown } from './known.mjs';
import { clientOf, environment, inFolder } from './other-side.mjs';

const STORE = 'sqlite:bot.db';
/** @type {string[]} */
const alarms = [];
/** @type {import('autoplus').TradeEvent[]} */
const handled = [];

// ANCHOR: names
/**
 * The name is on the disk before the first byte leaves. The same name again gives the same trade.
 * @param {Client} client
 * @param {string} guild
 * @param {string} buyer
 */
async function openTrade(client, guild, buyer) {
  const parties = { guild, crypto: 'ltc', sender: buyer, receiver: String(client.userId) };
  const { id } = await untilKnown(() => client.openTrade({ ...parties, operation: 'order:42' }));
  return id;
}

/**
 * @param {Client} client
 * @param {string} id
 */
async function release(client, id) {
  const challenge = await client.requestRelease(await client.trade(id));
  await untilKnown(() => challenge.confirm({ operation: 'release:42' }));
}
// ANCHOR_END: names

// ANCHOR: recover
/**
 * The first thing after a start, before anything is begun.
 * @param {Client} client
 */
async function settle(client) {
  for (const { operation, verdict, message } of await client.recover()) {
    if (verdict === 'done') console.log(operation.name, 'took effect, once:', message);
    else if (verdict === 'not_done')
      console.log(operation.name, 'did nothing: call it again if it is still wanted');
    else tellAPerson(operation.name, message); // and never begin it anew; recover() again later
  }
}
// ANCHOR_END: recover

// ANCHOR: go_on
/**
 * The store knows the trades, and how far each was read under this name.
 * @param {Client} client
 */
async function goOn(client) {
  const watch = client.watch(await client.knownTrades(), { consumer: 'bot' });
  for await (const item of watch) {
    if (item.kind === 'event') await handle(item.event);
    // ANCHOR_END: go_on
    break;
  }
}

/** @param {import('autoplus').TradeEvent} event */
async function handle(event) {
  handled.push(event);
}

/**
 * @param {string} name
 * @param {string} message
 */
function tellAPerson(name, message) {
  alarms.push(`${name}: ${message}`);
}

/**
 * Runs this file as a process of its own and ends it with SIGKILL as soon as its request took effect.
 * @param {import('autoplus/testing').SimulatedUser} user
 * @param {string[]} args
 * @param {() => boolean} when
 */
async function killed(user, args, when) {
  const env = { ...process.env, ...environment(sim, user) };
  const bot = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], { env, stdio: 'inherit' });
  for (let waits = 0; !when(); waits += 1) {
    assert.ok(bot.exitCode === null && waits < 2_000);
    await sleep(10);
  }
  bot.kill('SIGKILL');
  await once(bot, 'exit');
}

async function openingIsSettled() {
  const { sender, receiver, guild } = sim;
  sim.fault('POST /guilds/{guildId}/trades', { kind: 'slow', seconds: 30 });
  await killed(receiver, ['open', guild, sender.id], () => sim.trades().length > 0);
  const client = clientOf(sim, receiver, STORE);
  const [settlement] = await client.recover();
  assert.ok(settlement?.verdict === 'done' && settlement.by === 'replay');
  assert.equal(await openTrade(client, guild, sender.id), settlement.opened?.id);
  await client.close();
  assert.deepEqual(sim.check({ creates: 1 }), []);
}

async function releaseIsSettled() {
  const { id } = sim.openTrade({ until: 'waitingAction' });
  const status = () => sim.trades().find((trade) => trade.id === id)?.status;
  sim.fault('POST /trades/{id}/confirm-action', { kind: 'slow', seconds: 30 });
  await killed(sim.sender, ['release', id], () => status() === 'waitingAddress');
  const client = clientOf(sim, sim.sender, STORE);
  await settle(client);
  assert.deepEqual(await client.pendingOperations(), []);
  assert.deepEqual(await client.knownTrades(), [id]);
  await goOn(client); // the snapshot that was being handled at the kill comes again, as the trade stands now
  assert.deepEqual(
    handled.map(({ trade }) => trade.status),
    ['waitingAddress'],
  );
  await client.close();
  assert.equal(sim.trades()[0]?.effects.actions, 1);
  assert.deepEqual([sim.check(), alarms], [[], []]);
}

const [what, first, second] = process.argv.slice(2);
/** @type {Simulator} */
let sim;
if (what && first) {
  const client = Client.fromEnv({ store: STORE });
  if (what === 'open') await openTrade(client, first, String(second));
  for await (const event of client.events(first, { consumer: 'bot' })) await release(client, event.trade.id);
} else {
  await inFolder(async () => {
    for (const story of [openingIsSettled, releaseIsSettled]) {
      sim = Simulator.start();
      await story();
      sim.stop();
    }
  });
}
