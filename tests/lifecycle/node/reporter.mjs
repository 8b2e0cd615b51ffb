// A line for each test, the reasons of those that failed, and how many passed.
import { inspect } from 'node:util';

/** @typedef {AsyncIterable<{ type: string, data: any }>} Events */

/** @param {Events} events */
export default async function* reporter(events) {
  const began = performance.now();
  let [passed, failed] = [0, 0];
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    if ((type !== 'test:pass' && type !== 'test:fail') || isFile(data)) continue;
    const good = type === 'test:pass' && data.skip === undefined && data.todo === undefined;
    const seconds = (data.details.duration_ms / 1000).toFixed(1).padStart(5);
    yield `${good ? 'ok    ' : 'FAILED'} ${seconds} s  ${data.name}\n`;
    if (good) {
      passed += 1;
      continue;
    }
    failed += 1;
    const why = data.details.error?.cause ?? data.details.error ?? 'it was skipped';
    yield `${inspect(why).replaceAll(/^/gm, '       ')}\n`;
  }
  yield `${passed} passed, ${failed} failed in ${((performance.now() - began) / 1000).toFixed(0)} s\n`;
}

/** A file whose tests failed is no failure of its own; one that ended before its tests did is. @param {any} data */
function isFile(data) {
  return (
    data.name.endsWith('.test.mjs') &&
    (data.details.error?.failureType ?? 'subtestsFailed') === 'subtestsFailed'
  );
}
