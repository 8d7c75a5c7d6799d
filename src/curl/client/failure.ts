/** Why a transfer, or the whole run, ends with one of curl's exit codes: https://curl.se/docs/manpage.html#EXIT. */
export class CurlFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What went wrong in a connection, as curl would say it. */
export function failureOf(
  error: NodeJS.ErrnoException,
  where: {
    readonly host: string;
    readonly port: number;
    readonly tookMs: number;
    readonly connected: boolean;
  },
): CurlFailure {
  const { code = '', message } = error;
  if (error instanceof CurlFailure) return error;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new CurlFailure(6, `Could not resolve host: ${where.host}`);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME/.test(code)) {
    return new CurlFailure(60, certificateProblem(code, message, where.host));
  }
  if (/^ERR_SSL|^EPROTO$|^ERR_TLS/.test(code))
    return new CurlFailure(35, message.replace(/:\S*\.c:\d+:.*$/s, '').trim());
  if (!where.connected) {
    const after = `after ${Math.round(where.tookMs)} ms: Couldn't connect to server`;
    return new CurlFailure(7, `Failed to connect to ${where.host} port ${where.port} ${after}`);
  }
  if (code === 'ECONNRESET' && message === 'socket hang up')
    return new CurlFailure(52, 'Empty reply from server');
  if (code === 'ECONNRESET') return new CurlFailure(56, 'Recv failure: Connection reset by peer');
  if (code === 'EPIPE') return new CurlFailure(55, 'Send failure: Broken pipe');
  if (code.startsWith('HPE_')) return new CurlFailure(8, `Weird server reply: ${message}`);
  return new CurlFailure(56, message);
}

function certificateProblem(code: string, message: string, host: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `SSL: no alternative certificate subject name matches target host name '${host}'`;
  }
  const known: Readonly<Record<string, string>> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
    SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to get local issuer certificate',
    CERT_HAS_EXPIRED: 'certificate has expired',
    CERT_NOT_YET_VALID: 'certificate is not yet valid',
  };
  return `SSL certificate problem: ${known[code] ?? message}`;
}
