// axios with connections that are kept; its defaults otherwise.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { AUTHORIZATION, settings } from './driver.mjs';
import { work } from './peer.mjs';

const agent = settings.caFile
  ? { httpsAgent: new https.Agent({ keepAlive: true, ca: readFileSync(settings.caFile) }) }
  : { httpAgent: new http.Agent({ keepAlive: true }) };
const api = axios.create({ baseURL: settings.url, headers: { authorization: AUTHORIZATION }, ...agent });

await work(async (path, body, key) => {
  if (body === undefined) return (await api.get(path)).data;
  return (await api.post(path, body, { headers: { ...(key && { 'idempotency-key': key }) } })).data;
});
