import { openJson } from './mapper.js';
import type { Trade } from './models.js';
import { native } from './native.js';
import type { Operation } from './operations.js';
import { readOperation, tradeAt } from './snapshots.js';

/** What to do about an error, in one word. */
export type ErrorKind = keyof typeof CLASSES;

interface Failure {
  kind: ErrorKind;
  message: string;
  code?: string;
  status?: number;
  requestId?: string;
  details?: unknown;
  retryAfter?: number;
  operation?: unknown;
  change?: { fields: string[]; landed: boolean | null };
}

/** Every error of this library. Neither the token nor a confirmation code is ever in one. */
export class AutoPlusError extends Error {
  readonly kind: ErrorKind;
  /** The server's own error code. `stale_revision` and `confirmation_mismatch` are documented. */
  declare readonly code?: string;
  /** HTTP status of the last answer, if there was one. */
  declare readonly status?: number;
  /** The server's identifier of the request, to give to support. */
  declare readonly requestId?: string;
  /** The server's `details`, parsed; what isn't a safe integer is a string of the digits that came. */
  declare readonly details?: unknown;
  /** The same as raw JSON text. */
  declare readonly detailsJson?: string;
  /** Seconds that the server asked to wait. */
  declare readonly retryAfter?: number;
  /** The operation that this error leaves open: `client.resolve` settles it, now or later. */
  declare readonly operation?: Operation;

  /** @internal */
  constructor(failure: Failure, json: string) {
    super(failure.message);
    const { message: _, change: __, operation, ...fields } = failure;
    this.kind = fields.kind;
    Object.assign(this, fields);
    if (operation) this.operation = readOperation(json, 'operation');
    if ('details' in fields) {
      const { details }: { details: string } = JSON.parse(native.rawFields(json, '', ['details']));
      Object.assign(this, { details: openJson(details), detailsJson: details });
    }
  }
}

/** The call itself is wrong and was refused, here or by the server (400). Nothing happened; mend the call. */
export class InvalidError extends AutoPlusError {}
/** The token is missing, wrong, expired or revoked (401). Set another token. */
export class AuthenticationError extends AutoPlusError {}
/** This account or guild may not do that (403). */
export class ForbiddenError extends AutoPlusError {}
/** No such trade, or this account has no part in it (404). */
export class NotFoundError extends AutoPlusError {}
/** Wrong state, or a clash with what happened before (409). Read the trade again. */
export class ConflictError extends AutoPlusError {}
/** The challenge is past its time or was replaced (410). Request a new one. */
export class ChallengeExpiredError extends AutoPlusError {}
/** Understood but refused: address, crypto, participants, text (422). */
export class UnprocessableError extends AutoPlusError {}
/** Too many requests (429), and still after backing off. Nothing happened; wait `retryAfter` seconds. */
export class RateLimitedError extends AutoPlusError {}
/** The server failed (5xx) at a call that moves nothing. */
export class ServerError extends AutoPlusError {}
/** No connection, at a call that moves nothing or before anything was sent. */
export class TransportError extends AutoPlusError {}
/** No answer in time, at a call that moves nothing. */
export class TimeoutError extends AutoPlusError {}
/** The answer of a call that moves nothing can't be read. */
export class DecodeError extends AutoPlusError {}
/**
 * A mutation was sent and nothing proves whether it took effect. **Never start it anew**: repeat the same call
 * with the same operation name or challenge, or pass `operation` to `client.resolve`.
 */
export class OutcomeUnknownError extends AutoPlusError {}
/** An operation that excludes this one is still open: `operation` says which. Wait for it, or `client.recover()`. */
export class OperationInProgressError extends AutoPlusError {}
/** The store is locked, full, damaged, newer or not its file: the message says what to do. Nothing was sent. */
export class StoreError extends AutoPlusError {}
/** The client was closed. */
export class ClosedError extends AutoPlusError {}
/** A defect in this library. */
export class BugError extends AutoPlusError {}

/** What was reviewed is not what stands now. Show both snapshots to whoever decides. */
export class ChangedSinceReviewError extends AutoPlusError {
  /** The snapshot that the call was given. */
  declare readonly reviewed: Trade;
  /** The trade as it stands. */
  declare readonly current: Trade;
  /** Names of the fields that differ, never empty. */
  declare readonly fields: readonly string[];
  /** Whether the call took effect all the same; absent if that can't be told. */
  declare readonly landed?: boolean;

  /** @internal */
  constructor(failure: Failure, json: string) {
    super(failure, json);
    const { change } = failure;
    if (!change) return;
    Object.assign(this, {
      reviewed: tradeAt(json, 'change.reviewed'),
      current: tradeAt(json, 'change.current'),
      fields: Object.freeze(change.fields),
      ...(change.landed !== null && { landed: change.landed }),
    });
  }
}

const CLASSES = {
  invalid: InvalidError,
  authentication: AuthenticationError,
  forbidden: ForbiddenError,
  not_found: NotFoundError,
  conflict: ConflictError,
  changed_since_review: ChangedSinceReviewError,
  challenge_expired: ChallengeExpiredError,
  unprocessable: UnprocessableError,
  rate_limited: RateLimitedError,
  server: ServerError,
  transport: TransportError,
  timeout: TimeoutError,
  decode: DecodeError,
  outcome_unknown: OutcomeUnknownError,
  operation_in_progress: OperationInProgressError,
  store: StoreError,
  closed: ClosedError,
  bug: BugError,
};

for (const named of [AutoPlusError, ...Object.values(CLASSES)]) {
  Object.defineProperty(named.prototype, 'name', { value: named.name, configurable: true, writable: true });
}

/** What is known of an operation whose call still runs; `pendingOperations` has the whole. */
export type BegunOperation = Pick<Operation, 'name' | 'kind' | 'tradeId'>;

/** A signal ended the wait for a call. A read was canceled; a mutation goes on in the background. */
export class AbortError extends Error {
  readonly code = 'ABORT_ERR';
  /** What goes on in the background, for opening a trade and for `confirm`: repeat it under this name. */
  declare readonly operation?: BegunOperation;

  /** @internal */
  constructor(message: string, cause: unknown, operation?: BegunOperation) {
    super(message, { cause });
    if (operation) this.operation = Object.freeze(operation);
  }
}
Object.defineProperty(AbortError.prototype, 'name', {
  value: 'AbortError',
  configurable: true,
  writable: true,
});

/** The error that the core told as JSON text. */
export function errorOf(json: string): AutoPlusError {
  let failure: Failure;
  try {
    failure = JSON.parse(json);
  } catch {
    failure = { kind: 'bug', message: `a defect in autoplus, please report it: ${json}` };
  }
  return new (CLASSES[failure.kind] ?? BugError)(failure, json);
}

export function invalid(message: string): InvalidError {
  return new InvalidError({ kind: 'invalid', message }, '');
}

/** Runs a synchronous native function; what it throws becomes this library's error. */
export function sync<T>(run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    throw thrown instanceof AutoPlusError
      ? thrown
      : errorOf(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
