import { LabError } from '../../../error.ts';
import type { Endpoint } from './endpoint.ts';

/** Why an engine cannot be used, and what to do about it. */
export function refusal(endpoint: Endpoint, error: NodeJS.ErrnoException, uid: number): LabError {
  const { url, from, at } = endpoint;
  const cause = error;
  if (at.kind === 'ssh') {
    const host = at.url.slice('ssh://'.length).replace(/\/.*$/, '');
    return new LabError('usage', `${from} is ${url}: engines are not reached by ssh`, {
      hint: `forward its socket: ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock ${host}, then DOCKER_HOST=unix:///tmp/engine.sock`,
    });
  }
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return new LabError('runtime', `no permission to use ${url} (${from})`, {
        hint:
          uid === 0
            ? "its folder or the machine's policy keeps root out; see ls -l"
            : 'join the group docker (sudo usermod -aG docker $USER, then log in again), or use rootless Docker or Podman',
        cause,
      });
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new LabError('runtime', `no container engine answers at ${url} (${from})`, {
        hint:
          at.kind === 'socket'
            ? `start it, or say where another is with DOCKER_HOST`
            : 'is it running, and that its port?',
        cause,
      });
    default:
      return new LabError('runtime', `no container engine answers at ${url} (${from}): ${error.message}`, {
        hint: hintOfTls(error) ?? 'DOCKER_HOST or DOCKER_CONTEXT names another',
        cause,
      });
  }
}

function hintOfTls({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  if (/CERT|SIGNED|ISSUER|ALTNAME/.test(code)) {
    return 'ca.pem in DOCKER_CERT_PATH (or the context) must be of the authority that signed its certificate';
  }
  if (
    /HTTPS|certificate required|bad certificate/i.test(message) ||
    code === 'EPROTO' ||
    code === 'ECONNRESET'
  ) {
    return 'if it wants TLS, set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH';
  }
  return undefined;
}
