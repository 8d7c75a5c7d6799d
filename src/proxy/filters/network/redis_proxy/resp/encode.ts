import type { RespValue } from './value.ts';

/** How much encoded text is gathered before it is sent, characters: a string cannot be made longer and longer. */
export const maxText = 16 * 1024 * 1024;

/** A value as clients of RESP2 get it; what only RESP3 has becomes what comes next to it. Each character is one byte. */
export function encode(value: RespValue): string {
  switch (value.type) {
    case 'null':
      return '$-1\r\n';
    case 'integer':
      return `:${value.value}\r\n`;
    case 'boolean':
      return value.text === 't' ? ':1\r\n' : ':0\r\n';
    case 'simple':
      return `+${value.text}\r\n`;
    case 'error':
    case 'bulk-error':
      return `-${value.text}\r\n`;
    case 'bulk':
    case 'double':
    case 'big':
      return encodeBulk(value.text);
    case 'verbatim':
      return encodeBulk(value.text.slice(4));
    default: {
      let text = `*${value.items.length}\r\n`;
      for (const item of value.items) text += encode(item);
      return text;
    }
  }
}

function encodeBulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** A command as an array of bulk strings. */
export function encodeCommand(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += encodeBulk(word);
  return text;
}
