export type { CallOptions } from './calls.js';
export {
  ActionChallenge,
  ClaimChallenge,
  type ConfirmClaimOptions,
  type ConfirmOptions,
} from './challenges.js';
export { Client } from './client.js';
export {
  AbortError,
  AuthenticationError,
  AutoPlusError,
  type BegunOperation,
  BugError,
  ChallengeExpiredError,
  ChangedSinceReviewError,
  ClosedError,
  ConflictError,
  DecodeError,
  type ErrorKind,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  OperationInProgressError,
  OutcomeUnknownError,
  RateLimitedError,
  ServerError,
  StoreError,
  TimeoutError,
  TransportError,
  UnprocessableError,
} from './errors.js';
export { EventStream, type EventsOptions } from './events.js';
export type * from './following.js';
export type * from './models.js';
export { type StreamNote, StreamNotes } from './notes.js';
export type * from './operations.js';
export type { ClientOptions, OpenTrade, ResolveOptions, StoreName, Timeouts } from './options.js';
export { checkAddress, covers, parseTrade } from './trades.js';
export type { WaitOptions } from './wait.js';
export {
  type ForEachOptions,
  Watch,
  type Watched,
  type WatchedEnd,
  type WatchedEvent,
  type WatchedFailure,
  type WatchOptions,
} from './watch.js';
export * from './words.js';
