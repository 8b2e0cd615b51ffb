// Named checks, one line each, and how many passed at the end.

let [passed, failed] = [0, 0];

/** Runs a check and says how it went. @param {string} title @param {() => unknown} check */
export async function check(title, check) {
  const began = performance.now();
  try {
    await check();
    passed += 1;
    console.log(`ok     ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED        ${title}`);
    console.log(String(error instanceof Error ? (error.stack ?? error) : error).replaceAll(/^/gm, '       '));
  }
}

/** Says how many passed; the exit code is 0 only if all did. */
export function end() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
