import { PseudoField, RequestHeaders } from '../../http/headers.ts';
import { tokenLower } from '../http1/characters.ts';
import { badValue, type FieldFault, MessageFields } from './message-fields.ts';

const badPath = /[\x00-\x20\x7f]/;
const badAuthority = /[^!$%&'()*+,\-.:;=[\]_~0-9A-Za-z]/;

const methodSeen = 1;
const schemeSeen = 2;
const pathSeen = 4;
const authoritySeen = 8;
const hostSeen = 16;
const protocolSeen = 32;

/** A request's fields (RFC 9113 §8.3.1, RFC 8441). */
export class RequestFields extends MessageFields<RequestHeaders> {
  protected newHeaders(): RequestHeaders {
    const headers = new RequestHeaders();
    headers.pseudoOrder = 0;
    return headers;
  }

  protected complete(): boolean {
    const { headers, seen } = this;
    const extended = (seen & protocolSeen) !== 0;
    if (headers.method === 'CONNECT' && !extended) {
      this.contentLength = -1;
      return (seen & (schemeSeen | pathSeen)) === 0 && (seen & authoritySeen) !== 0;
    }
    if ((seen & methodSeen) === 0 || (seen & schemeSeen) === 0 || (seen & pathSeen) === 0) return false;
    if ((seen & (authoritySeen | hostSeen)) === 0) return false;
    if (extended && (headers.method !== 'CONNECT' || (seen & authoritySeen) === 0)) return false;
    const { path, clientScheme } = headers;
    if (clientScheme !== 'http' && clientScheme !== 'https') return true;
    return path.charCodeAt(0) === 0x2f || (path === '*' && headers.method === 'OPTIONS');
  }

  protected pseudo(name: string, value: string): FieldFault | undefined {
    if (value === '') return 'header';
    const { headers } = this;
    switch (name) {
      case ':method':
        if (!this.once(methodSeen) || !isToken(value)) return 'header';
        headers.method = value;
        headers.pseudoOrder = (headers.pseudoOrder << 3) | PseudoField.method;
        return undefined;
      case ':scheme':
        if (!this.once(schemeSeen) || !/^[A-Za-z][-A-Za-z0-9+.]*$/.test(value)) return 'header';
        headers.clientScheme = value;
        headers.pseudoOrder = (headers.pseudoOrder << 3) | PseudoField.scheme;
        return undefined;
      case ':path':
        if (!this.once(pathSeen) || badPath.test(value)) return 'header';
        headers.path = value;
        headers.pseudoOrder = (headers.pseudoOrder << 3) | PseudoField.path;
        return undefined;
      case ':authority':
        if (!this.once(authoritySeen) || badAuthority.test(value)) return 'header';
        headers.authority = value;
        headers.pseudoOrder = (headers.pseudoOrder << 3) | PseudoField.authority;
        return undefined;
      case ':protocol':
        if (!this.options.allowConnect || !this.once(protocolSeen) || badValue.test(value)) return 'header';
        headers.protocol = value;
        return undefined;
      default:
        return 'header';
    }
  }

  protected override host(value: string): FieldFault | 'taken' | undefined {
    if (!this.once(hostSeen) || value === '' || badAuthority.test(value)) return 'header';
    if (this.trailers !== undefined) return undefined;
    if ((this.seen & authoritySeen) === 0) this.headers.authority = value;
    return 'taken';
  }
}

function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (tokenLower[text.charCodeAt(i)] === 0) return false;
  return true;
}
