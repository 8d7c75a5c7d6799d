import { oidText, readDerList, stringText } from './der.ts';

/** Short names of the attribute types that BoringSSL has one for. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** A Name (RFC 5280, 4.1.2.4) as RFC 2253 writes it: the last part first, `CN=srv,O=Lab\, Inc.`. */
export function nameText(name: Buffer): string {
  return readDerList(name)
    .map(({ content }) => readDerList(content).map(attributeText).join('+'))
    .reverse()
    .join(',');
}

function attributeText({ content }: { readonly content: Buffer }): string {
  const [type, value] = readDerList(content);
  if (type === undefined || value === undefined) return '';
  const id = oidText(type.content);
  const known = shortNames[id];
  if (known === undefined) return `${id}=#${value.whole.toString('hex').toUpperCase()}`;
  return `${known}=${escapeValue(stringText(value))}`;
}

/** RFC 2253, 2.4; bytes beyond ASCII and control characters in hexadecimal, as BoringSSL's XN_FLAG_RFC2253 has it. */
function escapeValue(text: string): string {
  const escaped = text.replace(/[,+"\\<>;]/g, '\\$&').replace(/^[ #]| $/g, '\\$&');
  return escaped.replace(/[\u0000-\u001f\u007f-\u{10ffff}]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
