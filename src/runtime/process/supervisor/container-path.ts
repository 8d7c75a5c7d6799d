import { dirname } from 'node:path';

/** Where every system has its tools. */
export const TOOL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * PATH of a container. Its programs are the machine's, so it has all folders of the machine's PATH; first comes the one of
 * the Node that runs the lab, so that `node` is that one.
 */
export function containerPath(hostPath: string, execPath: string): string {
  const folders = [dirname(execPath), ...TOOL_PATH.split(':'), ...hostPath.split(':')];
  return [...new Set(folders.filter((folder) => folder.startsWith('/')))].join(':');
}
