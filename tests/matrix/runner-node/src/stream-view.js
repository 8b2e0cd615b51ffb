// Canonical views of streams and watches, of what they give and what they tell of themselves.
import { OUTCOMES } from 'autoplus';
import { error, event, view, word } from './view.js';

/** @param {import('autoplus').EventStream} stream */
export function stream({ tradeId, consumer, offset }) {
  return view({ tradeId, consumer, offset });
}

/** @param {import('autoplus').Watch} watch */
export function watch({ consumer }) {
  return view({ consumer });
}

/** @param {import('autoplus').TradeEvent[]} events @param {import('autoplus').StreamEnd | undefined} end */
export function events(events, end) {
  return view({ events: events.map(event), ...(end && ended(end)) });
}

/** By trade; each trade's stay in order. @param {import('autoplus').Watched[]} items */
export function items(items) {
  const sorted = items.toSorted((one, other) =>
    one.tradeId < other.tradeId ? -1 : +(one.tradeId > other.tradeId),
  );
  return { items: sorted.map(item) };
}

/** @param {import('autoplus').Watched} item */
function item(item) {
  const { tradeId } = item;
  switch (item.kind) {
    case 'event':
      return view({ tradeId, event: event(item.event) });
    case 'end':
      return view({ tradeId, ...ended(item.end) });
    case 'failure':
      return view({ tradeId, error: error(item.error), over: item.over });
  }
}

/** @param {import('autoplus').StreamEnd} end */
function ended(end) {
  return { end: end.end, ...word('outcome', end.end === 'closed' ? end.outcome : undefined, OUTCOMES) };
}

/** @param {import('autoplus').StreamStats} stats */
export function streamStats(stats) {
  const { streams, trades, pollsInFlight, waiting, silent, polls, events, reconnects, gaps, dropped } = stats;
  const { notAdvancing } = stats;
  const open = { streams, trades, pollsInFlight, waiting, silent };
  return view({ ...open, polls, events, reconnects, gaps, dropped, notAdvancing });
}

/** @param {import('autoplus').FollowedTrade} followed */
export function followedTrade({ tradeId, streams, polling, lastGoodPoll, failures, lag, silent, error }) {
  const hasGoodPoll = lastGoodPoll !== undefined;
  return view({ tradeId, streams, polling, hasGoodPoll, failures, lag, silent, error: error?.kind });
}

/** @param {import('autoplus').StreamNote} note */
export function note(note) {
  const { tradeId, change } = note;
  const told = 'error' in note ? note.error.kind : undefined;
  return view({ tradeId, change, error: told, hasSilence: change === 'silent' && note.silentMs > 0 });
}
