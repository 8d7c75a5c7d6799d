import { RequestHeaders, type ResponseHeaders } from '../../http/headers.ts';
import { isUpgrade } from '../../http/upgrade.ts';

/**
 * An extended CONNECT (RFC 8441) is to the rest of the data plane what HTTP/1 asks with `upgrade`, so that filters,
 * routes and an upstream of either version meet one thing only; Envoy's Utility::transformUpgradeRequestFromH2toH1 and
 * its kin (source/common/http/utility.cc).
 */

/** Makes a request with `:protocol` an upgrade; false for a CONNECT whose protocol is plain bytes, which stays one. */
export function upgradeFromConnect(headers: RequestHeaders): boolean {
  const { protocol } = headers;
  if (headers.method !== 'CONNECT' || protocol === undefined || protocol === 'bytestream') return false;
  headers.method = 'GET';
  headers.protocol = undefined;
  headers.set('upgrade', protocol);
  headers.set('connection', 'upgrade');
  return true;
}

/** Makes the answer to such an upgrade one to CONNECT: HTTP/2 has neither 101 nor the fields. Others stay as they are. */
export function connectFromUpgrade(headers: ResponseHeaders): void {
  if (!isUpgrade(headers)) return;
  if (headers.status === 101) headers.status = 200;
  headers.remove('upgrade');
  headers.remove('connection');
}

/** What is asked of an HTTP/2 upstream in the place of an upgrade; the request itself stays as it is. */
export function connectInsteadOfUpgrade(headers: RequestHeaders): RequestHeaders {
  const connect = new RequestHeaders([...headers.names], [...headers.values]);
  connect.method = 'CONNECT';
  connect.protocol = headers.get('upgrade');
  connect.path = headers.path;
  connect.authority = headers.authority;
  connect.scheme = headers.scheme;
  connect.pseudoOrder = headers.pseudoOrder;
  connect.remove('upgrade');
  connect.remove('connection');
  if (connect.get('content-length') === '0') connect.remove('content-length');
  return connect;
}

/** Makes an HTTP/2 upstream's yes the answer to an upgrade. */
export function upgradeFromAnswer(headers: ResponseHeaders, protocol: string): void {
  if (headers.status !== 200) return;
  headers.set('upgrade', protocol);
  headers.set('connection', 'upgrade');
  headers.status = 101;
}
