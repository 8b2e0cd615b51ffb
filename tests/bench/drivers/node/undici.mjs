// undici's own request, with the agent that it has anyway.
import { readFileSync } from 'node:fs';
import { Agent, request, setGlobalDispatcher } from 'undici';
import { AUTHORIZATION, settings } from './driver.mjs';
import { work } from './peer.mjs';

if (settings.caFile) setGlobalDispatcher(new Agent({ connect: { ca: readFileSync(settings.caFile) } }));

await work(async (path, body, key) => {
  const response = await request(`${settings.url}${path}`, {
    headers: {
      authorization: AUTHORIZATION,
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}: ${await response.body.text()}`);
  return await response.body.json();
});
