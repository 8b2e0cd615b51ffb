// JSON of any shape with every number as its plain decimal text, for which a JavaScript number is too coarse.

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** @param {string} raw @returns {unknown} */
export function openJson(raw) {
  return JSON.parse(
    raw.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${plainDecimal(token)}"`)),
  );
}

/** A JSON number without an exponent: `1e-7` is `0.0000001`. @param {string} token */
export function plainDecimal(token) {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e');
  const [sign, unsigned] = mantissa.startsWith('-') ? ['-', mantissa.slice(1)] : ['', mantissa];
  const [whole = '', fraction = ''] = unsigned.split('.');
  const places = fraction.length - Number(exponent);
  const digits = whole + fraction;
  if (places <= 0) return sign + (digits + '0'.repeat(-places)).replace(/^0+(?=\d)/, '');
  const padded = digits.padStart(places + 1, '0');
  const [before, after] = [padded.slice(0, -places), padded.slice(-places)];
  return `${sign}${before.replace(/^0+(?=\d)/, '')}.${after}`;
}
