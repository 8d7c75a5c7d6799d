import { spawn } from 'node:child_process';

/**
 * Shows an address in the user's browser, where there is one to be seen; that it cannot is no failure, because the address
 * is printed too.
 *
 * @param platform of `process.platform`
 */
export function showInBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const opener = openerOf(env, platform);
  if (opener === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    // A session of its own: Ctrl-C ends us, and not a browser that was started for this.
    const child = spawn(opener, [url], { env, stdio: 'ignore', detached: true });
    child.once('error', () => resolve());
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

/** The system's own command for it; undefined where nothing could be seen. */
function openerOf(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  if (platform === 'darwin') return 'open';
  return platform === 'linux' && (env.DISPLAY || env.WAYLAND_DISPLAY) ? 'xdg-open' : undefined;
}
