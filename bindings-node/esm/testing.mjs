export { Simulator } from '../dist/testing.js';
