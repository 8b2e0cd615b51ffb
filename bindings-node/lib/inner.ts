// What the package's own tests need of its inner halves; no entry of the package exports it.
export { calls, read, told } from './calls.js';
export { sync } from './errors.js';
export { native } from './native.js';
export { tradeJson } from './places.js';
