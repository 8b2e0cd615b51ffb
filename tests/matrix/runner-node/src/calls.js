// Every call of the vocabulary.
import { ActionChallenge, ClaimChallenge, parseTrade } from 'autoplus';
import { shown } from './prints.js';
import { OF_CLIENT, OF_STREAM } from './streams.js';
import * as view from './view.js';

/**
 * @typedef {import('./saved.js').Result} Result
 * @typedef {import('autoplus').Trade} Trade
 */

/**
 * The arguments of one call: texts as they are, objects of the library by their reference.
 * @typedef {object} Arguments
 * @property {(name: string) => string} text
 * @property {(name: string) => string | undefined} optionalText
 * @property {(name: string) => string | null} textOrNull
 * @property {(name: string) => string[]} texts
 * @property {(name: string) => number | undefined} optionalNumber
 * @property {(name: string) => boolean | undefined} optionalFlag
 * @property {(name: string, least: number) => number} count
 * @property {(name: string) => boolean} has
 * @property {(name: string) => unknown} native
 * @property {() => void} end
 */

/** @param {unknown} value @returns {Result} */
const plain = (value) => ({ native: undefined, view: value });
/** @param {Trade} trade @returns {Result} */
const aTrade = (trade) => ({ native: trade, view: view.trade(trade) });

/** @param {Arguments} args */
function tradeOf(args) {
  const trade = args.native('trade');
  if (typeof trade !== 'object' || trade === null || !('identificationRevision' in trade)) {
    throw new Error('trade must be a saved trade');
  }
  return /** @type {Trade} */ (trade);
}

/** @param {Arguments} args @param {string} name */
function claimOf(args, name) {
  const challenge = args.native(name);
  if (challenge instanceof ClaimChallenge) return challenge;
  throw new Error(`${name} must be a saved challenge of a claim`);
}

/**
 * Calls that take a client. Each takes its arguments out at once, then gives the call to make.
 * @type {Record<string, (client: import('autoplus').Client, args: Arguments) => () => Promise<Result>>}
 */
export const CALLS = {
  ...OF_CLIENT,
  servers: (client) => async () => plain((await client.servers()).map(view.server)),
  stats: (client) => async () => plain(view.stats(await client.stats())),
  transactions: (client) => async () => plain((await client.transactions()).map(view.transaction)),
  open_trade: (client, args) => {
    const [guild, crypto] = [args.text('guild'), args.text('crypto')];
    const [sender, receiver] = [args.text('sender'), args.text('receiver')];
    const operation = args.optionalText('operation');
    return async () =>
      plain(view.opened(await client.openTrade({ guild, crypto, sender, receiver, operation })));
  },
  trade: (client, args) => {
    const id = args.text('id');
    return async () => aTrade(await client.trade(id));
  },
  choose_role: (client, args) => {
    const [trade, role] = [tradeOf(args), args.text('role')];
    return async () => aTrade(await client.chooseRole(trade, /** @type {import('autoplus').Role} */ (role)));
  },
  confirm_identification: (client, args) => {
    const trade = tradeOf(args);
    return async () => aTrade(await client.confirmIdentification(trade));
  },
  reset_identification: (client, args) => {
    const trade = tradeOf(args);
    return async () => aTrade(await client.resetIdentification(trade));
  },
  set_terms: (client, args) => {
    const [trade, text] = [tradeOf(args), args.textOrNull('text')];
    return async () => aTrade(await client.setTerms(trade, text));
  },
  confirm_terms: (client, args) => {
    const trade = tradeOf(args);
    return async () => aTrade(await client.confirmTerms(trade));
  },
  request_release: (client, args) => {
    const trade = tradeOf(args);
    return async () => anAction(await client.requestRelease(trade));
  },
  request_return: (client, args) => {
    const trade = tradeOf(args);
    return async () => anAction(await client.requestReturn(trade));
  },
  request_claim: (client, args) => {
    const [trade, address] = [tradeOf(args), args.text('address')];
    return async () => {
      const challenge = await client.requestClaim(trade, address);
      return { native: challenge, view: view.claim(challenge) };
    };
  },
  next_step: (client, args) => {
    const trade = tradeOf(args);
    return async () => plain(view.nextStep(client.nextStep(trade)));
  },
  rebuilt: (_, args) => {
    const trade = tradeOf(args);
    return async () => aTrade(shown('parseTrade', parseTrade(JSON.stringify(trade))));
  },
  pending_operations: (client) => async () => plain((await client.pendingOperations()).map(view.operation)),
  known_trades: (client) => async () => plain(await client.knownTrades()),
  recover: (client) => async () => plain((await client.recover()).map(view.settlement)),
  resolve: (client, args) => {
    const operation = args.has('pending') ? args.text('pending') : kept(args.native('operation'));
    const replay = args.optionalFlag('replay');
    return async () => {
      const found = typeof operation === 'string' ? await pending(client, operation) : operation;
      return plain(view.settlement(await client.resolve(found, { replay })));
    };
  },
  forget: (client, args) => {
    const operation = args.text('operation');
    return async () => plain(await client.forget(operation));
  },
  set_token: (client, args) => {
    const token = args.text('token');
    return async () => {
      client.setToken(token);
      return plain({});
    };
  },
  close: (client) => async () => {
    await client.close();
    return plain({});
  },
};

/**
 * Calls that go through a challenge, a stream or a watch, which knows its client.
 * @type {Record<string, (args: Arguments) => () => Promise<Result>>}
 */
export const WITHOUT_CLIENT = {
  ...OF_STREAM,
  confirm_action: (args) => {
    const [challenge, operation] = [args.native('challenge'), args.optionalText('operation')];
    if (!(challenge instanceof ActionChallenge))
      throw new Error('challenge must be one of a release or return');
    return async () => aTrade(await challenge.confirm({ operation }));
  },
  confirm_claim: (args) => {
    const challenge = claimOf(args, 'challenge');
    const offering = args.has('fee_of') ? claimOf(args, 'fee_of') : challenge;
    const [priority, operation] = [args.optionalText('fee'), args.optionalText('operation')];
    const fee = offering.feeOptions.find((option) => option.priority === priority);
    if (priority !== undefined && !fee) throw new Error(`no fee ${priority} was offered`);
    return async () => plain(view.receipt(await challenge.confirm({ fee, operation })));
  },
};

/** An operation as it comes back from where a user kept it.
 * @param {unknown} operation @returns {import('autoplus').Operation} */
function kept(operation) {
  if (operation === undefined) throw new Error('operation must be a saved error with an operation');
  return JSON.parse(JSON.stringify(operation));
}

/** @param {import('autoplus').Client} client @param {string} name */
async function pending(client, name) {
  const found = (await client.pendingOperations()).find((operation) => operation.name === name);
  if (!found) throw new Error(`no operation ${name} is pending`);
  return found;
}

/** @param {ActionChallenge} challenge @returns {Result} */
function anAction(challenge) {
  return { native: challenge, view: view.action(challenge) };
}
