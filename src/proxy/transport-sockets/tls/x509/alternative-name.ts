import { type DerValue, integerText, oidText, readDer, readDerList, stringText } from './der.ts';
import { nameText } from './name.ts';

/** What kinds of names a SubjectAltNameMatcher may ask for, by GeneralName's tag (RFC 5280, 4.2.1.6). */
export type AlternativeNameType = 'OTHER_NAME' | 'EMAIL' | 'DNS' | 'URI' | 'IP_ADDRESS' | 'OTHER';

/** One subject alternative name, as Envoy writes it. */
export interface AlternativeName {
  readonly type: AlternativeNameType;
  readonly value: string;
  /** Of an OTHER_NAME, what it is. */
  readonly oid?: string;
}

/** The names in the content of a subjectAltName extension. */
export function alternativeNames(extension: Buffer): AlternativeName[] {
  return readDerList(readDer(extension)?.content ?? Buffer.alloc(0)).map(alternativeName);
}

function alternativeName({ tag, content }: DerValue): AlternativeName {
  switch (tag & 0x1f) {
    case 0:
      return otherName(content);
    case 1:
      return { type: 'EMAIL', value: content.toString('latin1') };
    case 2:
      return { type: 'DNS', value: content.toString('latin1') };
    case 4:
      return { type: 'OTHER', value: nameText(readDer(content)?.content ?? Buffer.alloc(0)) };
    case 6:
      return { type: 'URI', value: content.toString('latin1') };
    case 7:
      return { type: 'IP_ADDRESS', value: ipText(content) };
    case 8:
      return { type: 'OTHER', value: oidText(content) };
    default:
      return { type: 'OTHER', value: '' };
  }
}

function otherName(content: Buffer): AlternativeName {
  const [id, wrapped] = readDerList(content);
  const value = wrapped && readDer(wrapped.content);
  return {
    type: 'OTHER_NAME',
    oid: id === undefined ? '' : oidText(id.content),
    value: value === undefined ? '' : valueText(value),
  };
}

function valueText(value: DerValue): string {
  switch (value.tag) {
    case 0x01:
      return value.content[0] ? 'true' : 'false';
    case 0x02:
    case 0x0a:
      return integerText(value.content);
    case 0x06:
      return oidText(value.content);
    case 0x05:
      return '';
    default:
      return stringText(value);
  }
}

/** `127.0.0.1`, or an IPv6 address in its shortest form. */
function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
