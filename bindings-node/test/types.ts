// Compiled, never run: what the types must allow and what they must refuse.
import { type ActionChallenge, type ClaimChallenge, Client, type NextStep, type Trade } from 'autoplus';
import { Simulator } from 'autoplus/testing';

export async function allowed(
  client: Client,
  trade: Trade,
  claim: ClaimChallenge,
): Promise<string | undefined> {
  await client.openTrade({ guild: '1', crypto: 'ltc', sender: '2', receiver: '3', operation: 'order:1' });
  await client.openTrade({ guild: '1', crypto: 'a crypto of tomorrow', sender: '2', receiver: '3' });
  await claim.confirm({ fee: claim.feeOptions[0], signal: AbortSignal.timeout(5) });
  for await (const { outcome, trade: then } of client.events(trade.id, { startAfter: 5 })) {
    if (outcome === 'released' || then.status === 'completed') break;
  }
  await using simulator = Simulator.start();
  await using other = new Client({ baseUrl: simulator.baseUrl });
  const when: Date | undefined = trade.receivedAt;
  return when && other.userId;
}

export function everyStep(next: NextStep): string {
  switch (next.step) {
    case 'chooseRole':
      return next.free.join();
    case 'terms':
      return next.theirs ?? '';
    case 'deposit':
      return next.address;
    case 'claim':
      return next.kind;
    case 'closed':
      return next.outcome;
    case 'unknown':
      return next.status;
    case 'confirmIdentification':
    case 'mayRelease':
    case 'mayReturn':
    case 'payoutPending':
    case 'blocked':
    case 'wait':
      return '';
  }
}

export async function refused(client: Client, trade: Trade, release: ActionChallenge): Promise<void> {
  // @ts-expect-error: ids are strings
  await client.trade(5);
  // @ts-expect-error: both parties are named
  await client.openTrade({ guild: '1', crypto: 'ltc', sender: '2' });
  // @ts-expect-error: there are two roles
  await client.chooseRole(trade, 'boss');
  // @ts-expect-error: clearing the terms is said with null
  await client.setTerms(trade);
  // @ts-expect-error: a release has no fee
  await release.confirm({ fee: trade });
  // @ts-expect-error: a snapshot can't be changed
  trade.receiver = '4';
  // @ts-expect-error: an amount is no number
  trade.amount * 2;
  // @ts-expect-error: the option is called baseUrl
  new Client({ baseURL: 'https://api.autoplus.gg/v1' });
}
