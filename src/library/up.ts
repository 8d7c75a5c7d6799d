import { fileURLToPath } from 'node:url';
import { down } from '../lab/down.ts';
import { parseEngineChoice, parseImages, parsePublish, parseScale } from '../lab/resolve/choices.ts';
import { up as start } from '../lab/up.ts';
import { contextOf } from './context.ts';
import { interruptible } from './interrupt.ts';
import type { Lab } from './lab.ts';
import { uniqueName } from './lab-name.ts';
import { OpenLab } from './open-lab.ts';
import type { UpOptions } from './options.ts';

/**
 * Starts a sandbox and resolves when every container is ready. When it fails, or its signal aborts, what it did is
 * undone. Disposing the lab takes it away. Nothing is done when this process is ended by a signal: a lab that it leaves
 * runs on, until `envoy-lab down --all`.
 *
 * @param sandbox name of a built-in sandbox, or the path (from the working directory) or file URL of a folder
 * @throws DocumentError with everything that is wrong in the sandbox or its Envoy configs; LabError `usage` for an option
 * that names what does not exist, `runtime` when a container does not get ready, `interrupted`
 * @example
 * await using lab = await up('front-proxy', { engine: 'envoy', scale: { service1: 3 } });
 * const mine = await up(new URL('./sandboxes/mine', import.meta.url));
 */
export async function up(sandbox: string | URL, options: UpOptions = {}): Promise<Lab> {
  const path = sandbox instanceof URL ? fileURLToPath(sandbox) : sandbox;
  const choices = {
    engine: parseEngineChoice(engineWords(options.engine)),
    scale: parseScale(pairs(options.scale ?? {})),
    publish: parsePublish(
      Object.entries(options.publish ?? {}).flatMap(([node, ports]) =>
        pairs(ports).map((pair) => `${node}:${pair}`),
      ),
    ),
    images: parseImages(pairs(options.images ?? {})),
  };
  return interruptible(options.signal, async () => {
    const context = contextOf(options, `up ${path}`);
    const name = options.name ?? uniqueName(path, context.cwd);
    await start(context, {
      sandbox: path,
      name,
      runtime: options.runtime,
      choices,
      keep: options.keep ?? false,
      pull: options.pull ?? false,
      timeoutMs: options.timeoutMs ?? 60_000,
      dryRun: false,
    });
    // What ended the start is not to end what is done with the lab.
    const lasting = { ...context, signal: new AbortController().signal };
    try {
      return await OpenLab.of(lasting, name, { owned: true });
    } catch (error) {
      if (!options.keep) await down(lasting, { labs: [name], all: false }).catch(() => undefined);
      throw error;
    }
  });
}

function engineWords(engine: UpOptions['engine']): readonly string[] {
  if (engine === undefined) return [];
  return typeof engine === 'string' ? [engine] : pairs(engine);
}

function pairs(record: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(record).map(([key, value]) => `${key}=${value}`);
}
