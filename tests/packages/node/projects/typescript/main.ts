// The same trade as play.cjs plays, by what each side is to do next: the compiler knows that no step is left out.
import {
  AbortError,
  ChangedSinceReviewError,
  Client,
  ConflictError,
  covers,
  InvalidError,
  type NextStep,
  type Trade,
} from 'autoplus';
import { Simulator } from 'autoplus/testing';

const ADDRESS = 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9';

async function play(): Promise<void> {
  await using sim = Simulator.start();
  sim.settings({ auto_confirm_deposit: true });
  const as = ({ id, token }: { id: string; token: string }) =>
    new Client({ baseUrl: sim.baseUrl, token, userId: id });
  await using buyer = as(sim.sender);
  await using shop = as(sim.receiver);
  const { id } = await shop.openTrade({
    guild: sim.guild,
    crypto: 'ltc',
    sender: sim.sender.id,
    receiver: sim.receiver.id,
    operation: 'order:42',
  });
  const follow = async (client: Client, terms: string) => {
    const events = client.events(id);
    for await (const { trade } of events) {
      await act(client, sim, trade, client.nextStep(trade), terms).catch(unlessFaster);
    }
    if (events.end?.end !== 'closed' || events.end.outcome !== 'released') throw new Error('not released');
  };
  await Promise.all([follow(buyer, 'paid at once'), follow(shop, 'one licence key')]);
  const broken = sim.check({ creates: 1 });
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
}

/** The other side was faster: the next event has what stands now. */
function unlessFaster(error: unknown): void {
  if (!(error instanceof ChangedSinceReviewError) && !(error instanceof ConflictError)) throw error;
}

async function act(
  client: Client,
  sim: Simulator,
  seen: Trade,
  next: NextStep,
  terms: string,
): Promise<void> {
  const trade = await client.trade(seen.id).catch(() => undefined);
  if (trade === undefined || trade.status !== seen.status || trade.revision !== seen.revision) return;
  switch (next.step) {
    case 'confirmIdentification':
      await client.confirmIdentification(trade);
      return;
    case 'terms':
      if (next.mine !== terms) await client.setTerms(trade, terms);
      else if (next.theirs !== undefined && !next.confirmedByMe) await client.confirmTerms(trade);
      return;
    case 'deposit': {
      const to: string = next.address;
      if (to !== '') sim.deposit(trade.id, '0.5');
      return;
    }
    case 'mayRelease': {
      if (!covers(trade, '0.5', 'ltc')) throw new Error('underpaid');
      await (await client.requestRelease(trade)).confirm({ operation: 'release:42' });
      return;
    }
    case 'claim':
      await (await client.requestClaim(trade, ADDRESS)).confirm({ operation: `${next.kind}:42` });
      return;
    case 'chooseRole':
    case 'mayReturn':
    case 'payoutPending':
    case 'blocked':
    case 'wait':
    case 'closed':
    case 'unknown':
      return;
    default:
      return next satisfies never;
  }
}

async function refusals(): Promise<void> {
  const client = new Client();
  const wrong = await client.trade('not a number').catch((error: unknown) => error);
  if (!(wrong instanceof InvalidError) || wrong.kind !== 'invalid') throw new Error('expected InvalidError');
  const aborted = await client.stats({ signal: AbortSignal.abort() }).catch((error: unknown) => error);
  if (!(aborted instanceof AbortError) || aborted.code !== 'ABORT_ERR')
    throw new Error('expected AbortError');
  // @ts-expect-error: both parties are named
  const call: Promise<unknown> = client.openTrade({ guild: '1', crypto: 'ltc', sender: '2' });
  await call.catch(() => undefined);
}

play()
  .then(refusals)
  .then(() => console.log('played'));
