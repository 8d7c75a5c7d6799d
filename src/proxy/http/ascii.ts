/**
 * Text of peers holds one character for each byte, and of those only ASCII's have a case or are white space. JavaScript's
 * own `trim` also takes U+00A0, which is the byte of a letter in other encodings.
 */

/** Tab, line feed, vertical tab, form feed, carriage return and space. */
function isWhiteSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** Without white space at both ends. */
export function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

/** In small letters; only those of ASCII have a case. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
