// The calls of streams, watches and notes.
import { EventStream, StreamNotes, Watch } from 'autoplus';
import { shown } from './prints.js';
import * as streamView from './stream-view.js';
import * as view from './view.js';

/**
 * @typedef {import('./saved.js').Result} Result
 * @typedef {import('./calls.js').Arguments} Arguments
 * @typedef {import('autoplus').Client} Client
 */

/** @param {unknown} value @returns {Result} */
const plain = (value) => ({ native: undefined, view: value });
const nothing = () => plain({});

/** @type {Record<string, (client: Client, args: Arguments) => () => Promise<Result>>} */
export const OF_CLIENT = {
  events: (client, args) => {
    const [open, take, commit] = [opening(client, args), args.count('take', 1), args.optionalFlag('commit')];
    return async () => {
      const stream = open();
      try {
        const taken = await next(stream, take);
        if (commit) await stream.commit();
        return taken;
      } finally {
        stream.close();
      }
    };
  },
  open_stream: (client, args) => {
    const open = opening(client, args);
    return async () => {
      const stream = open();
      return { native: stream, view: streamView.stream(stream) };
    };
  },
  open_watch: (client, args) => {
    const [trades, consumer] = [args.texts('trades'), args.optionalText('consumer')];
    return async () => {
      const watch = client.watch(trades, { consumer });
      return { native: watch, view: streamView.watch(watch) };
    };
  },
  wait_for: (client, args) => {
    const [tradeId, status] = [args.text('trade_id'), args.text('status')];
    const timeout = args.optionalNumber('timeout');
    return async () => {
      const trade = await client.waitFor(tradeId, (now) => now.status === status, { timeout });
      return { native: trade, view: view.trade(trade) };
    };
  },
  open_notes: (client) => async () => ({ native: client.streamNotes(), view: {} }),
  stream_stats: (client) => async () => plain(streamView.streamStats(client.streamStats())),
  followed_trades: (client) => async () => plain(client.followedTrades().map(streamView.followedTrade)),
};

/** @type {Record<string, (args: Arguments) => () => Promise<Result>>} */
export const OF_STREAM = {
  next: (args) => {
    const [stream, take] = [streamOf(args), args.count('take', 0)];
    return () => next(stream, take);
  },
  commit: (args) => {
    const stream = streamOf(args);
    return () => stream.commit().then(nothing);
  },
  close_stream: (args) => {
    const stream = streamOf(args);
    return async () => {
      stream.close();
      return nothing();
    };
  },
  watch_next: (args) => {
    const [watch, take] = [watchOf(args), args.count('take', 1)];
    return async () => {
      const taken = [];
      while (taken.length < take) {
        const { done, value } = await watch.next();
        if (done) break;
        taken.push(value);
      }
      return plain(streamView.items(taken));
    };
  },
  watch_each: (args) => {
    const [watch, take, atOnce] = [watchOf(args), args.count('take', 1), args.count('at_once', 1)];
    return async () => {
      /** @type {import('autoplus').Watched[]} */
      const taken = [];
      await watch.forEach(
        (item) => {
          if (taken.length < take) taken.push(shown('Watched', item));
          if (taken.length === take) watch.close();
        },
        { atOnce },
      );
      return plain(streamView.items(taken));
    };
  },
  watch_add: (args) => {
    const [watch, tradeId] = [watchOf(args), args.text('trade_id')];
    return async () => plain(watch.add(tradeId));
  },
  watch_remove: (args) => {
    const [watch, tradeId] = [watchOf(args), args.text('trade_id')];
    return async () => plain(watch.remove(tradeId));
  },
  watch_trades: (args) => {
    const watch = watchOf(args);
    return async () => plain(watch.trades());
  },
  close_watch: (args) => {
    const watch = watchOf(args);
    return async () => {
      watch.close();
      return nothing();
    };
  },
  next_notes: (args) => {
    const [notes, take] = [notesOf(args), args.count('take', 1)];
    return async () => {
      const told = [];
      while (told.length < take) {
        const { done, value } = await notes.next();
        if (done) break;
        told.push(streamView.note(value));
      }
      return plain({ notes: told, missed: notes.missed });
    };
  },
};

/** @param {Client} client @param {Arguments} args */
function opening(client, args) {
  const tradeId = args.text('trade_id');
  const [consumer, startAfter] = [args.optionalText('consumer'), args.optionalNumber('start_after')];
  return () => client.events(tradeId, { consumer, startAfter });
}

/** @param {EventStream} stream @param {number} take */
async function next(stream, take) {
  const taken = [];
  while (taken.length < take) {
    const { done, value } = await stream.next();
    if (done) return plain(streamView.events(taken, stream.end));
    taken.push(value);
  }
  return plain(streamView.events(taken, undefined));
}

/** @param {Arguments} args */
function streamOf(args) {
  const stream = args.native('stream');
  if (stream instanceof EventStream) return stream;
  throw new Error('stream must be a saved stream');
}

/** @param {Arguments} args */
function watchOf(args) {
  const watch = args.native('watch');
  if (watch instanceof Watch) return watch;
  throw new Error('watch must be a saved watch');
}

/** @param {Arguments} args */
function notesOf(args) {
  const notes = args.native('notes');
  if (notes instanceof StreamNotes) return notes;
  throw new Error('notes must be saved notes');
}
