'use strict';
const assert = require('node:assert/strict');
const autoplus = require('autoplus');
const testing = require('autoplus/testing');
const { play } = require('./play.cjs');

(async () => {
  await play(autoplus, testing);
  assert.equal((await import('autoplus')).Client, autoplus.Client);
  console.log('played');
})();
