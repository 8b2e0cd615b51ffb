// The fetch that Node brings along.
import { AUTHORIZATION, settings } from './driver.mjs';
import { work } from './peer.mjs';

const options = settings.caFile ? await trusting(settings.caFile) : {};

await work(async (path, body, key) => {
  const response = await fetch(`${settings.url}${path}`, {
    ...options,
    headers: {
      authorization: AUTHORIZATION,
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return await response.json();
});

/** fetch has no option of its own for a certificate authority. @param {string} caFile @returns {Promise<object>} */
async function trusting(caFile) {
  const [{ Agent }, { readFileSync }] = await Promise.all([import('undici'), import('node:fs')]);
  return { dispatcher: new Agent({ connect: { ca: readFileSync(caFile) } }) };
}
