import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as autoplus from 'autoplus';
import * as testing from 'autoplus/testing';
import { play } from './play.cjs';

await play(autoplus, testing);
const required = createRequire(import.meta.url)('autoplus');
assert.equal(required.Client, autoplus.Client);
assert.equal(required.AutoPlusError, autoplus.AutoPlusError);
console.log('played');
