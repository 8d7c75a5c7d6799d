import { ResponseHeaders } from '../../http/headers.ts';
import { type FieldFault, MessageFields } from './message-fields.ts';

const statusSeen = 1;

/** A response's fields (RFC 9113 §8.3.2). */
export class ResponseFields extends MessageFields<ResponseHeaders> {
  /** The request of the block at hand was CONNECT, whose 2xx has no length. */
  tunnels = false;
  /** The request of the block at hand was HEAD. */
  bodiless = false;

  protected newHeaders(): ResponseHeaders {
    return new ResponseHeaders();
  }

  protected complete(): boolean {
    if ((this.seen & statusSeen) === 0) return false;
    const { status } = this.headers;
    if (this.bodiless || status === 204 || status === 304) this.contentLength = 0;
    else if (this.tunnels) this.contentLength = -1;
    return true;
  }

  protected pseudo(name: string, value: string): FieldFault | undefined {
    if (name !== ':status' || !this.once(statusSeen) || !/^\d{3}$/.test(value)) return 'header';
    const status = Number(value);
    // What becomes of a connection after 101 is HTTP/1's only (RFC 9113 §8.6).
    if (status === 101) return 'header';
    this.headers.status = status;
    return undefined;
  }

  protected override length(value: string): FieldFault | 'taken' | undefined {
    const { status } = this.headers;
    if (status === 204) {
      if (this.contentLength !== -1 || value !== '0') return 'header';
      this.contentLength = 0;
      return 'taken';
    }
    if (status >= 100 && status < 200) return 'header';
    if (this.tunnels && status < 300) return 'taken';
    return super.length(value);
  }
}
