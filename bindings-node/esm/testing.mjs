import { createRequire } from 'node:module';

export const { Simulator } = createRequire(import.meta.url)('../dist/autoplus.js').testing;
