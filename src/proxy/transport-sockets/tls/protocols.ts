/** What is offered in ALPN: Envoy takes `h2,http/1.1` in one string, too. */
export function offeredProtocols(configured: readonly string[]): string[] {
  return configured.flatMap((one) => one.split(','));
}
