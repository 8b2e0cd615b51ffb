// A scenario as it stands in its file. Whatever isn't known is refused.
import { parse as parseYaml } from 'yaml';
import { Taken } from './taken.js';

/**
 * @typedef {{ call?: number, attempt?: number, poll?: number, pollGrace?: number }} Limits seconds
 * @typedef {{ value: unknown } | { error: unknown }} Expect
 * @typedef {{ control: unknown, save?: string | undefined, expect?: Expect | undefined }} ControlStep
 * @typedef {{ call: string, as?: string | undefined, with: unknown, save?: string | undefined, expect?: Expect | undefined }} CallStep
 * @typedef {{ requests: unknown[], only: string[], more: boolean }} RequestsStep
 * @typedef {{ restart: string[] }} RestartStep
 * @typedef {ControlStep | CallStep | RequestsStep | RestartStep} Step
 * @typedef {{ shared: boolean, clients: Map<string, Limits>, steps: Step[] }} Scenario
 */

/** @param {string} yaml @returns {Scenario} */
export function parse(yaml) {
  const file = new Taken(parseYaml(yaml), 'the scenario');
  const format = file.required('format');
  if (format !== 1) throw new Error(`this runner knows format 1, not ${format}`);
  file.text('name');
  file.optionalText('about');
  const store = file.optionalText('store');
  if (store !== undefined && store !== 'shared') throw new Error('store: it is shared or not there');
  const clients = Object.entries(/** @type {object} */ (file.optional('clients') ?? {}));
  const steps = file.optionalList('steps');
  file.end();
  if (!steps?.length) throw new Error('a scenario has steps');
  return {
    shared: store === 'shared',
    clients: new Map(clients.map(([name, limits]) => [name, parseLimits(name, limits)])),
    steps: steps.map((step, at) => parseStep(step, `step ${at + 1}`)),
  };
}

/** @param {string} name @param {unknown} map @returns {Limits} */
function parseLimits(name, map) {
  const limits = new Taken(map, `clients.${name}`);
  const names = {
    call: 'call_timeout',
    attempt: 'attempt_timeout',
    poll: 'poll_timeout',
    pollGrace: 'poll_grace',
  };
  const given = Object.entries(names).map(([name, its]) => [name, limits.optionalNumber(its)]);
  limits.end();
  return Object.fromEntries(given.filter(([, seconds]) => seconds !== undefined));
}

/** @param {unknown} map @param {string} of @returns {Step} */
function parseStep(map, of) {
  const taken = new Taken(map, of);
  const step = parseAct(taken, of);
  taken.end();
  return step;
}

/** @param {Taken} taken @param {string} of @returns {Step} */
function parseAct(taken, of) {
  if (taken.has('requests')) {
    const [requests, only] = [taken.optionalList('requests') ?? [], taken.optionalList('only') ?? []];
    return { requests, only: only.map(String), more: taken.optionalFlag('more') ?? false };
  }
  if (taken.has('restart')) return { restart: (taken.optionalList('restart') ?? []).map(String) };
  const [save, expect] = [taken.optionalText('save'), parseExpect(taken.optional('expect'), of)];
  if (taken.has('control')) {
    if (expect && 'error' in expect) throw new Error(`${of}: a control expects a value`);
    return { control: taken.required('control'), save, expect };
  }
  return {
    call: taken.text('call'),
    as: taken.optionalText('as'),
    with: taken.optional('with') ?? {},
    save,
    expect,
  };
}

/** @param {unknown} map @param {string} of @returns {Expect | undefined} */
function parseExpect(map, of) {
  if (map === undefined) return undefined;
  const expect = new Taken(map, `${of}: expect`);
  const parsed = expect.has('value')
    ? { value: expect.required('value') }
    : { error: expect.required('error') };
  expect.end();
  return parsed;
}
