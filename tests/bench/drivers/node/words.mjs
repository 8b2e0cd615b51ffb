// The words that the API's page has.

export const CRYPTOS = /** @type {const} */ ([
  'ltc',
  'sol',
  'eth',
  'bnb',
  'btc',
  'pol',
  'sol_usdt',
  'sol_usdc',
  'eth_usdt',
  'eth_usdc',
  'bnb_usdt',
  'bnb_usdc',
  'pol_usdt',
  'pol_usdc',
  'pol_usdce',
]);
export const STATUSES = /** @type {const} */ ([
  'waitingIdentification',
  'waitingTermsAcceptance',
  'waitingReceive',
  'waitingConfirmations',
  'waitingAction',
  'waitingReduceAmountAddress',
  'waitingReturnAddress',
  'waitingAddress',
  'completed',
]);
export const EVENT_TYPES = /** @type {const} */ ([
  'trade.snapshot',
  'trade.created',
  'trade.identification.updated',
  'trade.terms.updated',
  'trade.status.changed',
  'trade.fund.execution.updated',
  'trade.support.updated',
  'trade.closed',
]);
