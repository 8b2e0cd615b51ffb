export type { CallOptions } from './calls.js';
export {
  ActionChallenge,
  ClaimChallenge,
  type ConfirmClaimOptions,
  type ConfirmOptions,
} from './challenges.js';
export { Client, type ClientOptions, type OpenTrade, type Timeouts } from './client.js';
export {
  AbortError,
  AuthenticationError,
  AutoPlusError,
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
  type Operation,
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
export type * from './models.js';
export { checkAddress, covers, parseTrade } from './trades.js';
export * from './words.js';
