/**
 * Replaces what differs between any two runs of the same proxy: ports, dates, request ids, durations, folders. Nothing
 * that a proxy decides is touched.
 */
export function normalizer(ports: ReadonlyMap<number, string>, folder: string): (text: string) => string {
  const rules: [RegExp, string][] = [
    [/^(date: ).*?(\r?)$/gim, '$1<date>$2'],
    [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
    [/^(x-envoy-upstream-service-time: )\d+/gim, '$1<ms>'],
    [new RegExp(folder.replaceAll('/', '\\/'), 'g'), '<folder>'],
  ];
  for (const [port, name] of ports)
    rules.push([
      new RegExp(`(127(?:\\.\\d+){3}[:_]|\\[::1\\]:|localhost:|"port_value": )${port}\\b`, 'g'),
      `$1${name}`,
    ]);
  return (text) =>
    rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
