/** node:tls, loaded only by a config that needs it. */
export function loadTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
