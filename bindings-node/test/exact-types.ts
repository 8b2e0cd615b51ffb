// Compiled, never run: what the types are exactly. What they allow and refuse is in types.ts.
import type {
  AbortError,
  Action,
  AutoPlusError,
  ChangedSinceReviewError,
  ClaimChallenge,
  Client,
  ConflictError,
  CRYPTOS,
  Crypto,
  ErrorKind,
  EventStream,
  Execution,
  FundExecution,
  NextStep,
  Operation,
  Role,
  Settlement,
  StreamEnd,
  StreamNote,
  StreamNotes,
  Trade,
  TradeEvent,
  TradeStatus,
  Watch,
  Watched,
} from 'autoplus';
import type { Simulator } from 'autoplus/testing';
import { expectTypeOf } from 'expect-type';

// What is told apart, by what tells it apart.
expectTypeOf<NextStep['step']>().toEqualTypeOf<
  | 'chooseRole'
  | 'confirmIdentification'
  | 'terms'
  | 'deposit'
  | 'mayRelease'
  | 'mayReturn'
  | 'claim'
  | 'payoutPending'
  | 'blocked'
  | 'wait'
  | 'closed'
  | 'unknown'
>();
expectTypeOf<Extract<NextStep, { step: 'deposit' }>>().toEqualTypeOf<{
  readonly step: 'deposit';
  readonly address: string;
  readonly crypto: Crypto;
}>();
expectTypeOf<Extract<NextStep, { step: 'claim' }>['kind']>().toEqualTypeOf<
  'payout' | 'return' | 'reduction'
>();
expectTypeOf<Extract<NextStep, { step: 'chooseRole' }>['free']>().toEqualTypeOf<readonly Role[]>();
expectTypeOf<Watched['kind']>().toEqualTypeOf<'event' | 'end' | 'failure'>();
expectTypeOf<Extract<Watched, { kind: 'event' }>['event']>().toEqualTypeOf<TradeEvent>();
expectTypeOf<Settlement['verdict']>().toEqualTypeOf<'done' | 'not_done' | 'unknown'>();
expectTypeOf<Operation['kind']>().toEqualTypeOf<'open_trade' | 'release' | 'return' | 'claim'>();
expectTypeOf<Operation['state']>().toEqualTypeOf<'running' | 'unknown' | 'accepted' | 'done'>();
expectTypeOf<Extract<Operation, { kind: 'claim' }>['tradeId']>().toEqualTypeOf<string>();
expectTypeOf<StreamEnd['end']>().toEqualTypeOf<'closed' | 'noLongerAvailable'>();
expectTypeOf<StreamNote['change']>().toEqualTypeOf<
  'opened' | 'closed' | 'failing' | 'silent' | 'recovered' | 'refused' | 'gap'
>();
expectTypeOf<Extract<StreamNote, { change: 'failing' }>['error']>().toEqualTypeOf<AutoPlusError>();
expectTypeOf<Extract<StreamNote, { change: 'silent' }>>().toEqualTypeOf<{
  readonly tradeId: string;
  readonly change: 'silent';
  readonly silentMs: number;
}>();

// Money is text, time is a Date, and what may be absent says so.
expectTypeOf<Trade['amount']>().toEqualTypeOf<string | undefined>();
expectTypeOf<Trade['openedAt']>().toEqualTypeOf<Date>();
expectTypeOf<Trade['receivedAt']>().toEqualTypeOf<Date | undefined>();
expectTypeOf<Trade['id']>().toEqualTypeOf<string>();
expectTypeOf<Trade['identificationConfirmedBy']>().toEqualTypeOf<readonly string[]>();
expectTypeOf<TradeEvent['changes']>().toBeUnknown();
expectTypeOf<TradeEvent['execution']>().toEqualTypeOf<Execution | undefined>();
expectTypeOf<Trade>().toExtend<Readonly<Trade>>();

// Words of tomorrow are readable, and the known ones are still suggested.
expectTypeOf<'a crypto of tomorrow'>().toExtend<Crypto>();
expectTypeOf<(typeof CRYPTOS)[number]>().toExtend<Crypto>();
expectTypeOf<Crypto>().not.toEqualTypeOf<string>();
expectTypeOf<TradeStatus>().not.toEqualTypeOf<string>();
expectTypeOf<Role>().toEqualTypeOf<'sender' | 'receiver'>();
expectTypeOf<Action>().toEqualTypeOf<'release' | 'return'>();

// Streams are what `for await` and `await using` take.
expectTypeOf<EventStream>().toExtend<AsyncIterableIterator<TradeEvent, undefined>>();
expectTypeOf<Watch>().toExtend<AsyncIterableIterator<Watched, undefined>>();
expectTypeOf<StreamNotes>().toExtend<AsyncIterableIterator<StreamNote, undefined>>();
expectTypeOf<Client | EventStream | StreamNotes | Watch>().toExtend<AsyncDisposable>();
expectTypeOf<Simulator>().toExtend<AsyncDisposable & Disposable>();

// Every call that waits takes a signal, last.
type Waiting = {
  [Name in keyof Client]: Client[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Client];
type Last<Args extends unknown[]> = Required<Args> extends [...unknown[], infer Options] ? Options : never;
type Signalled = Exclude<Waiting, 'close' | typeof Symbol.asyncDispose>;
type OptionsOf<Name extends Signalled | 'events' | 'watch' | 'streamNotes'> = Last<Parameters<Client[Name]>>;
type Signals = { readonly [Name in Signalled | 'events' | 'watch' | 'streamNotes']: OptionsOf<Name> };
expectTypeOf<Signals[keyof Signals]>().toExtend<{ readonly signal?: AbortSignal | undefined } | undefined>();
expectTypeOf<Signalled>().toExtend<keyof Signals>();
expectTypeOf<'openTrade' | 'trade' | 'waitFor' | 'recover' | 'forget'>().toExtend<Signalled>();

// What calls give.
expectTypeOf<Client['trade']>().returns.resolves.toEqualTypeOf<Trade>();
expectTypeOf<Client['requestClaim']>().returns.resolves.toEqualTypeOf<ClaimChallenge>();
expectTypeOf<ClaimChallenge['confirm']>().returns.resolves.toEqualTypeOf<FundExecution>();
expectTypeOf<Client['recover']>().returns.resolves.toEqualTypeOf<readonly Settlement[]>();
expectTypeOf<Client['nextStep']>().returns.toEqualTypeOf<NextStep>();
expectTypeOf<Client['streamNotes']>().returns.toEqualTypeOf<StreamNotes>();

// Errors.
expectTypeOf<ConflictError>().toExtend<AutoPlusError>();
expectTypeOf<AutoPlusError>().toExtend<Error>();
expectTypeOf<AutoPlusError['kind']>().toEqualTypeOf<ErrorKind>();
expectTypeOf<AutoPlusError['code']>().toEqualTypeOf<string | undefined>();
expectTypeOf<AutoPlusError['status']>().toEqualTypeOf<number | undefined>();
expectTypeOf<AutoPlusError['requestId']>().toEqualTypeOf<string | undefined>();
expectTypeOf<AutoPlusError['operation']>().toEqualTypeOf<Operation | undefined>();
expectTypeOf<ChangedSinceReviewError['current']>().toEqualTypeOf<Trade>();
expectTypeOf<AbortError['code']>().toEqualTypeOf<'ABORT_ERR'>();
