// Compiled, never run: what the types must allow and what they must refuse.
import {
  AbortError,
  ActionChallenge,
  AutoPlusError,
  type ClaimChallenge,
  Client,
  EventStream,
  type FollowedTrade,
  type FundExecution,
  type NextStep,
  type OpenedTrade,
  type Operation,
  type SettledBy,
  type Settlement,
  type StreamNote,
  type StreamNotes,
  type StreamStats,
  type Trade,
  type Watched,
} from 'autoplus';
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
  await using stored = new Client({ store: `sqlite:${trade.id}.db` });
  await stored.close();
  await using simulator = Simulator.start();
  await using other = new Client({ baseUrl: simulator.baseUrl });
  const when: Date | undefined = trade.receivedAt;
  return when && other.userId;
}

export async function followed(client: Client, tradeId: string): Promise<number> {
  const { signal } = new AbortController();
  await using stream: EventStream = client.events(tradeId, { consumer: 'bot', startAfter: 5, signal });
  const batch: readonly { readonly type: string }[] = await stream.nextBatch(10);
  await stream.commit();
  const last: Trade | undefined = stream.lastKnown;
  await using watch = client.watch(await client.knownTrades(), { consumer: stream.consumer });
  for await (const item of watch) if (everyKindOfWatched(item) === '') break;
  await watch.forEach(async (item) => item.tradeId, { atOnce: 4 });
  const trade = await client.waitFor(tradeId, ({ status }) => status === 'completed', { timeout: 5, signal });
  const stats: StreamStats = client.streamStats();
  const [each]: readonly FollowedTrade[] = client.followedTrades();
  const ago: number | undefined = each?.lastGoodPoll;
  return batch.length + stats.silent + (ago ?? 0) + trade.revision + (last?.revision ?? 0);
}

export function everyKindOfWatched(item: Watched): string {
  switch (item.kind) {
    case 'event':
      return item.event.type;
    case 'end':
      return item.end.end === 'closed' ? item.end.outcome : (item.lastKnown?.status ?? '');
    case 'failure':
      return item.over ? item.error.kind : '';
  }
}

export async function told(client: Client): Promise<string> {
  await using notes: StreamNotes = client.streamNotes({ signal: AbortSignal.timeout(5) });
  for await (const note of notes) return everyChange(note) + notes.missed;
  return '';
}

export function everyChange(note: StreamNote): string {
  switch (note.change) {
    case 'opened':
    case 'closed':
    case 'recovered':
    case 'gap':
      return note.tradeId;
    case 'failing':
    case 'refused':
      return note.error.kind;
    case 'silent':
      return note.silentMs.toFixed();
    default:
      return note satisfies never;
  }
}

export async function refusedOfStreams(client: Client, watched: Watched): Promise<void> {
  // @ts-expect-error: a watch takes a list of trades
  client.watch(5);
  // @ts-expect-error: a promise is always true
  await client.waitFor('5', async () => false);
  // @ts-expect-error: what a watch gives can't be changed
  watched.tradeId = '6';
  // @ts-expect-error: it is told apart by its kind first
  watched.event;
  // @ts-expect-error: the option is called atOnce
  await client.watch([]).forEach(() => {}, { parallel: 4 });
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
    default:
      return next satisfies never;
  }
}

export function everyVerdict(settlement: Settlement): string {
  const { name }: Operation = settlement.operation;
  switch (settlement.verdict) {
    case 'done':
      return `${name}: ${whatCame(settlement).length}, by ${everyWay(settlement.by)}`;
    case 'not_done':
      return everyWay(settlement.by);
    case 'unknown': {
      const by: undefined = settlement.by;
      return `${by}: ${settlement.message}`;
    }
  }
}

function whatCame(done: Settlement & { verdict: 'done' }): string {
  if (done.opened) {
    const opened: OpenedTrade = done.opened;
    const none: undefined = done.trade;
    return opened.id + none;
  }
  if (done.trade) return done.trade.status;
  const execution: FundExecution = done.execution;
  return execution.executionId;
}

function everyWay(by: SettledBy): string {
  switch (by) {
    case 'replay':
    case 'reading':
    case 'record':
      return by;
  }
}

export function everyKind(operation: Operation): string {
  const when: Date = operation.begunAt;
  switch (operation.kind) {
    case 'open_trade':
      return operation.body + operation.values.guild + when;
    case 'release':
    case 'return':
      return operation.tradeId + operation.values.recipient;
    case 'claim':
      return operation.tradeId + operation.values.address;
  }
}

export function everyState(operation: Operation): number {
  switch (operation.state) {
    case 'running':
    case 'unknown':
    case 'accepted':
    case 'done':
      return operation.state.length;
  }
}

export async function settled(client: Client, thrown: unknown): Promise<readonly Settlement[]> {
  const { signal } = new AbortController();
  if (thrown instanceof AutoPlusError && thrown.operation) {
    return [
      await client.resolve(thrown.operation, { replay: true, signal }),
      await client.resolve(JSON.parse(JSON.stringify(thrown.operation))),
      await client.resolve({ json: thrown.operation.json }),
    ];
  }
  if (thrown instanceof AbortError && thrown.operation) {
    const freed: boolean = await client.forget(thrown.operation.name, { signal });
    const known: readonly string[] = await client.knownTrades({ signal });
    if (freed && known.includes(thrown.operation.tradeId ?? '')) return [];
  }
  const [oldest] = await client.pendingOperations({ signal });
  return oldest ? [await client.resolve(oldest)] : client.recover({ signal });
}

export async function refusedOfOperations(client: Client, settlement: Settlement): Promise<void> {
  const { operation } = settlement;
  // @ts-expect-error: a store is memory or sqlite:PATH
  new Client({ store: 'autoplus.db' });
  // @ts-expect-error: an operation is resolved, not its name
  await client.resolve(operation.name);
  // @ts-expect-error: what an aborted call knows isn't enough to settle it
  await client.resolve({ name: operation.name, kind: operation.kind });
  // @ts-expect-error: replaying is yes or no
  await client.resolve(operation, { replay: 'always' });
  // @ts-expect-error: forgetting takes the name
  await client.forget(operation);
  // @ts-expect-error: what came of it is known only if it is done
  settlement.trade;
  // @ts-expect-error: only a trade to open has its bytes
  operation.body.length;
  // @ts-expect-error: an operation can't be changed
  operation.name = 'order:2';
  // @ts-expect-error: what was meant can't be changed
  operation.values.recipient = '2';
  // @ts-expect-error: there are three verdicts
  settlement.verdict === 'failed';
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
  // @ts-expect-error: a challenge comes from asking for one
  new ActionChallenge();
  // @ts-expect-error: a stream comes from its client
  new EventStream();
  // @ts-expect-error: the option is called baseUrl
  new Client({ baseURL: 'https://api.autoplus.gg/v1' });
}
