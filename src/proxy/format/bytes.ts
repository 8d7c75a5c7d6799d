/**
 * Header values and log lines are byte strings: one character a byte. Text from config files is UTF-16 and must
 * be turned into one before the two are mixed or compared.
 */
export function byteString(text: string): string {
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) > 0x7f) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}
