import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/**
 * TLS over a connection to a page. Its certificate is the lab's own, which nobody outside knows: whom it is for has been
 * decided by whom the connection leads to.
 */
export function overTls(connection: Duplex, host: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket: connection,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    secured.once('secureConnect', () => {
      resolve(secured);
    });
    secured.once('error', (error) => {
      connection.destroy();
      reject(error);
    });
    connection.once('close', () => reject(new Error('it closed the connection in the TLS handshake')));
  });
}
