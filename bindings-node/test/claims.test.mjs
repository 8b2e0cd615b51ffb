import assert from 'node:assert/strict';
import { test } from 'node:test';
import { world } from './world.mjs';

const BTC_ADDRESS = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

test('a BTC claim sends back the very option that was chosen', async (t) => {
  const { sim, receiver } = world(t);
  sim.settings({ executions: 'hold' });
  const { id } = sim.openTrade({ crypto: 'btc', until: 'waitingAddress' });
  const challenge = await receiver.requestClaim(await receiver.trade(id), BTC_ADDRESS);
  assert.ok(challenge.feeOptions.length > 0 && Object.isFrozen(challenge.feeOptions[0]));
  assert.ok(challenge.expiresAt instanceof Date);
  const fee = challenge.feeOptions.find((option) => option.priority === 'none') ?? challenge.feeOptions[0];
  assert.ok(fee);
  await assert.rejects(challenge.confirm(), { name: 'InvalidError' });
  const other = { ...fee, satPerVbyte: '0.1' };
  await assert.rejects(challenge.confirm({ fee: other }), { name: 'InvalidError' });
  const asNumber = /** @type {any} */ ({ ...fee, satPerVbyte: 1e-7 });
  await assert.rejects(challenge.confirm({ fee: asNumber }), {
    name: 'InvalidError',
    message: /satPerVbyte/,
  });
  const high = /** @type {any} */ ('high');
  await assert.rejects(challenge.confirm({ fee: high }), { name: 'InvalidError', message: /feeOptions/ });
  const execution = await challenge.confirm({ fee, operation: 'payout:1' });
  assert.equal(execution.status, 'pending');
  const sent = sim.requests().at(-1)?.body ?? '';
  assert.ok(sent.includes(`"satPerVbyte":${fee.satPerVbyte}`), sent);
  assert.deepEqual(receiver.nextStep(await receiver.trade(id)), { step: 'payoutPending' });
});

test('a fee may be chosen by a copy, and goes out as the number that was offered', async (t) => {
  const { sim, receiver } = world(t);
  const { id } = sim.openTrade({ crypto: 'btc', until: 'waitingAddress' });
  const offered = { priority: 'none', satPerVbyte: '$1e-7' };
  const body = { address: BTC_ADDRESS, crypto: 'btc', confirmationCode: 'code', btcFeeOptions: [offered] };
  const answer = JSON.stringify({ ...body, expiresAt: sim.now() + 60 }).replace('"$1e-7"', '1e-7');
  sim.answer('POST /trades/{id}/claim-funds', { status: 200, body: answer });
  const challenge = await receiver.requestClaim(await receiver.trade(id), BTC_ADDRESS);
  const fee = JSON.parse(JSON.stringify(challenge.feeOptions[0]));
  assert.equal(fee.satPerVbyte, '0.0000001');
  await challenge.confirm({ fee }).catch((why) => assert.notEqual(why.kind, 'invalid', why.message));
  assert.match(sim.requests().at(-1)?.body ?? '', /"satPerVbyte":1e-7[,}]/);
});
