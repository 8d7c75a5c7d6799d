import { stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LabError } from '../../error.ts';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { parseCount, withLab } from '../options.ts';

interface Options extends CommonOptions {
  readonly container?: string;
  readonly index?: number;
}

export const cp: CliCommand = {
  group: 'Use',
  define(program, cli) {
    const command = program
      .command('cp')
      .summary('copy a file out of a node')
      .description('Copies a file of a container to the host.')
      .argument('<node:path>', 'the node and the absolute path in it')
      .argument('<path>', 'file or folder of the host; - for stdout')
      .option('--container <name>', "the container; the node's first when not said")
      .option('--index <n>', 'which replica; the first when not said', parseCount(1));
    return withLab(command).action(async (source: string, path: string, options: Options) => {
      const match = /^([^:/]+):(\/.*)$/s.exec(source);
      if (match === null) {
        throw new LabError('usage', `"${source}" is not NODE:PATH with an absolute path`, {
          hint: /^[^:/]+:\//.test(path)
            ? `cp copies out of a node only; into one: envoy-lab exec -i ${path.slice(0, path.indexOf(':'))} sh -c 'cat > ${path.slice(path.indexOf(':') + 1)}' < ${source}`
            : 'such as front-envoy:/etc/envoy/envoy.yaml',
        });
      }
      const [, node, inside] = match as unknown as [string, string, string];
      await using lab = await cli.open(options);
      const content = await lab.readFile(
        { node, index: options.index, container: options.container },
        inside,
      );
      if (path === '-') {
        cli.io.stdout.write(content);
        return;
      }
      const asked = resolve(cli.io.cwd, path);
      const target = await stat(asked).then(
        (found) => (found.isDirectory() ? join(asked, basename(inside)) : asked),
        () => asked,
      );
      try {
        await writeFile(target, content);
      } catch (error) {
        throw new LabError('runtime', `cannot write ${target}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    });
  },
};
