/** Byte classes of HTTP/1 as look-up tables of 256: one read decides a byte. */

const tokenMarks = "!#$%&'*+-.^_`|~";

/** The byte lower-cased when it may stand in a token (RFC 9110 §5.6.2), else 0. */
export const tokenLower = new Uint8Array(256);
for (let c = 48; c <= 57; c++) tokenLower[c] = c;
for (let c = 97; c <= 122; c++) {
  tokenLower[c] = c;
  tokenLower[c - 32] = c;
}
for (const mark of tokenMarks) tokenLower[mark.charCodeAt(0)] = mark.charCodeAt(0);

/** 1 for bytes that may not stand anywhere in a head: controls but tab, CR and LF, and DEL. */
export const forbiddenInHead = new Uint8Array(256);
for (let c = 0; c < 32; c++) forbiddenInHead[c] = 1;
forbiddenInHead[9] = forbiddenInHead[10] = forbiddenInHead[13] = 0;
forbiddenInHead[127] = 1;

/** Whether `data[start, end)` holds a byte no head may hold. */
export function holdsForbidden(data: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (forbiddenInHead[data[i]!] === 1) return true;
  return false;
}

/** 1 for bytes of a field value that need a second look: the forbidden ones, CR and LF. */
export const endsValue = Uint8Array.from(forbiddenInHead);
endsValue[10] = endsValue[13] = 1;

/** 1 for the bytes of a path and query; 127 and above, space and most controls are not. */
export const pathByte = new Uint8Array(256);
for (let c = 33; c <= 126; c++) pathByte[c] = 1;
pathByte[9] = pathByte[12] = 1;

/** 1 for the bytes of the host part of an absolute target. */
export const targetHostByte = new Uint8Array(256);
/** 1 for the bytes of a Host field (RFC 3986 §3.2, user info included). */
export const authorityByte = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const alnum = (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
  if (alnum || "!$%&'()*+,-.:;=@[]_~".includes(String.fromCharCode(c))) {
    targetHostByte[c] = 1;
    authorityByte[c] = 1;
  }
}

/** The value of a hexadecimal digit, or -1. */
export const hexValue = new Int8Array(256).fill(-1);
for (let d = 0; d < 16; d++) {
  hexValue[d.toString(16).charCodeAt(0)] = d;
  hexValue[d.toString(16).toUpperCase().charCodeAt(0)] = d;
}
