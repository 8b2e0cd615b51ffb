import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../src/matching.js';
import { openJson, plainDecimal } from '../src/numbers.js';
import { run } from '../src/run.js';
import { Saved } from '../src/saved.js';
import { parse } from '../src/scenario.js';

/** @param {string} steps */
const scenario = (steps) => parse(`format: 1\nname: n\nsteps:\n${steps}`);

test('maps compare named keys, lists their length, scalars value and type', () => {
  check({ a: 1 }, { a: 1, b: 2 }, '');
  assert.throws(() => check({ a: [1] }, { a: [1, 2] }, ''));
  assert.throws(() => check({ a: 5 }, { a: '5' }, ''));
  assert.throws(() => check({ a: 1 }, {}, ''));
  assert.throws(() => check({ a: {} }, { a: [] }, ''));
});

test('special strings look at presence and pattern', () => {
  check({ a: '$any' }, { a: null }, '');
  assert.throws(() => check({ a: '$any' }, {}, ''));
  check({ a: '$absent' }, {}, '');
  assert.throws(() => check({ a: '$absent' }, { a: null }, ''));
  check('$regex:^a+$', 'aaa', '');
  assert.throws(() => check('$regex:^a+$', 'b', ''));
});

test('references are whole strings and must lead somewhere', () => {
  const saved = new Saved();
  saved.save('a', { native: undefined, view: { list: [{ id: '7' }] } });
  assert.deepEqual(saved.resolve({ x: ['$a.list.0.id'] }), { x: ['7'] });
  for (const plain of ['$any', '$absent', '$regex:^a$', 'cost $a', '$5'])
    assert.equal(saved.resolve(plain), plain);
  assert.throws(() => saved.resolve('$a.list.1.id'));
  assert.throws(() => saved.resolve('$a.list.length'));
  assert.throws(() => saved.resolve('$b'));
});

test('what the format does not know is refused', async () => {
  for (const steps of [
    '  - call: stats\n    as: sender\n    retry: 3\n',
    '  - call: stats\n    control: {do: now}\n',
    '  - call: stats\n    only: [GET /stats]\n',
    '  - requests: []\n    save: seen\n',
    '  - call: stats\n    expect: {value: 1, error: {}}\n',
    '  - control: {do: now}\n    expect: {error: {}}\n',
    '  - restart: [sender]\n    save: seen\n',
    '  - restart: sender\n',
  ]) {
    assert.throws(() => scenario(steps), steps);
  }
  assert.throws(() => parse('format: 1\nname: n\nstore: file\nsteps: [{requests: []}]\n'), /store/);
  assert.throws(() => parse('format: 2\nname: n\nsteps: [{requests: []}]\n'), /format 1/);
  for (const steps of [
    '  - call: guess\n    as: sender\n',
    '  - call: toString\n    as: sender\n',
    '  - call: stats\n    as: nobody\n',
    '  - call: stats\n    as: sender\n    with: {more: 1}\n',
    '  - call: events\n    as: sender\n    with: {trade_id: "1", take: 1, commits: true}\n',
    '  - call: events\n    as: sender\n    with: {trade_id: "1", take: 0}\n',
    '  - call: open_stream\n    as: sender\n    with: {trade_id: "1", take: 1}\n',
    '  - call: open_stream\n    with: {trade_id: "1"}\n',
    '  - call: open_watch\n    as: sender\n    with: {trades: "1"}\n',
    '  - call: open_watch\n    as: sender\n    with: {trades: []}\n    save: w\n  - call: commit\n    with: {stream: $w}\n',
    '  - call: watch_trades\n    with: {watch: $world}\n',
    '  - call: stream_stats\n    as: sender\n    with: {trade_id: "1"}\n',
    '  - call: wait_for\n    as: sender\n    with: {trade_id: "1"}\n',
    '  - control: {do: guess}\n',
    '  - requests: [{method: GET, path: /stats}]\n',
    '  - call: stats\n    as: sender\n  - requests: [{method: GET, path: /stats, bodies: 1}]\n',
  ]) {
    await assert.rejects(run('n', scenario(steps)), /step \d/, steps);
  }
  await run('n', scenario('  - call: stats\n    as: sender\n  - requests: [{method: GET, path: /stats}]\n'));
});

test('numbers are plain decimals, exactly', () => {
  for (const [token, plain] of [
    ['1e-7', '0.0000001'],
    ['5', '5'],
    ['1.0', '1.0'],
    ['-0.50', '-0.50'],
    ['1.5e3', '1500'],
    ['0.123456789012345678', '0.123456789012345678'],
    ['12e-1', '1.2'],
  ]) {
    assert.equal(plainDecimal(token ?? ''), plain);
  }
  assert.deepEqual(openJson('{"a 1": [1.50, "2.50 \\" 3", true]}'), { 'a 1': ['1.50', '2.50 " 3', true] });
});
