import { Client } from 'autoplus';

const client = new Client({ baseUrl: process.argv[2] });
const { trades } = await client.stats();
if (typeof trades !== 'number') throw new Error('no typed answer');
