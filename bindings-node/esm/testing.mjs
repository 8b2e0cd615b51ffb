import { createRequire } from 'node:module';

export const { Simulator } = createRequire(import.meta.url)('../dist/testing.js');
