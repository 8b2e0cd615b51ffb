// The same classes as `require('autoplus')`: one identity, so that `instanceof` works across both.
export * from '../dist/index.js';
