import type { HeaderFormat } from './header-format.ts';

/**
 * HTTP header fields in order. Names are lower-case (codecs lower them), values are latin1 strings with
 * surrounding white space removed. Kept as two flat arrays: a message has few fields, and a scan over them costs
 * less than a map to build.
 */
export class HeaderMap {
  readonly names: string[];
  readonly values: string[];
  /** How an HTTP/1 codec is to write the names, where the one that read them says so. */
  format: HeaderFormat | undefined = undefined;

  /** Takes over the arrays, which go in step: the value of `names[i]` is `values[i]`. */
  constructor(names: string[] = [], values: string[] = []) {
    this.names = names;
    this.values = values;
  }

  get size(): number {
    return this.names.length;
  }

  /** The first value of the field, or undefined. */
  get(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** All values of the field, in order. */
  getAll(name: string): string[] {
    const found: string[] = [];
    for (let i = 0; i < this.names.length; i++) if (this.names[i] === name) found.push(this.values[i]!);
    return found;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Adds the field at the end, beside any of the same name. */
  add(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** Replaces the first field of that name and drops the others; adds it when there is none. */
  set(name: string, value: string): void {
    const at = this.names.indexOf(name);
    if (at < 0) {
      this.add(name, value);
      return;
    }
    this.values[at] = value;
    for (let i = this.names.length - 1; i > at; i--) if (this.names[i] === name) this.removeAt(i);
  }

  /** Drops all fields of that name; how many there were. */
  remove(name: string): number {
    let removed = 0;
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] === name) {
        this.removeAt(i);
        removed++;
      }
    }
    return removed;
  }

  removeAt(index: number): void {
    const { names, values } = this;
    const last = names.length - 1;
    // Moving what follows costs less than splice, which makes an array of what it takes out.
    for (let i = index; i < last; i++) {
      names[i] = names[i + 1]!;
      values[i] = values[i + 1]!;
    }
    names.pop();
    values.pop();
  }

  /** Size as Envoy counts it: the bytes of all names and values. */
  get byteSize(): number {
    let bytes = 0;
    for (let i = 0; i < this.names.length; i++) bytes += this.names[i]!.length + this.values[i]!.length;
    return bytes;
  }
}

/** Pseudo-header fields in {@link RequestHeaders.pseudoOrder}. */
export const PseudoField = { method: 1, scheme: 2, path: 3, authority: 4 } as const;

/** The order in which Envoy makes them of an HTTP/1 request. */
const http1Order = 0o4312;

/** A request's fields. What HTTP/2 calls pseudo-headers are properties; `host` is `authority`, never a field. */
export class RequestHeaders extends HeaderMap {
  method = '';
  path = '';
  /** Undefined when the client sent none. */
  authority: string | undefined;
  scheme: 'http' | 'https' = 'http';
  /** As an HTTP/2 client said it; undefined of HTTP/1. */
  clientScheme: string | undefined;
  /** The pseudo-header fields in the order an HTTP/2 client sent them, {@link PseudoField} by octal digit. */
  pseudoOrder = http1Order;
  /** `:protocol` of an extended CONNECT that stayed one (RFC 8441). */
  protocol: string | undefined;

  /** Value by name, `:method`, `:path`, `:authority`, `:scheme` and `host` included. */
  lookup(name: string): string | undefined {
    switch (name) {
      case ':method':
        return this.method;
      case ':path':
        return this.path;
      case ':authority':
      case 'host':
        return this.authority;
      case ':scheme':
        return this.scheme;
      case ':protocol':
        return this.protocol;
      default:
        return this.get(name);
    }
  }
}

/** A response's fields. */
export class ResponseHeaders extends HeaderMap {
  status = 200;

  lookup(name: string): string | undefined {
    return name === ':status' ? String(this.status) : this.get(name);
  }
}
