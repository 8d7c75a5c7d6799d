import { LabError } from '../../../error.ts';
import type { ProbeReport } from '../../runtime.ts';
import { type FoundEngine, nameOf } from './find.ts';

/** What `probe()` says of an engine, or of there being none. */
export function reportOf(found: FoundEngine | LabError): ProbeReport {
  if (found instanceof LabError) {
    const { message, hint } = found;
    return { available: false, mode: '', detail: message, caveats: [], ...(hint !== undefined && { hint }) };
  }
  const { name, version, endpoint, rootless, os } = found;
  const detail = `${rootless ? 'rootless ' : ''}${nameOf(found)} ${version} at ${endpoint.url}`;
  if (os !== 'linux') {
    return {
      available: false,
      mode: name,
      detail: `${detail} runs ${os} containers`,
      hint: 'switch it to Linux containers',
      caveats: [],
    };
  }
  return { available: true, mode: name, detail, caveats: caveatsOf(found) };
}

function caveatsOf({ endpoint: { at } }: FoundEngine): readonly string[] {
  if (at.kind !== 'tcp' || /^(localhost|127\..*|::1)$/.test(at.host)) return [];
  return [
    `published ports are opened on 127.0.0.1 of ${at.host}, not of this machine`,
    `volumes are folders of ${at.host}`,
  ];
}
