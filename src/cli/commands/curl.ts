import { LabError } from '../../error.ts';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { ExitCode } from '../exit-code.ts';

export const curl: CliCommand = {
  group: 'Use',
  define(program, cli) {
    // Our own client as a program: what `--from` runs inside a node of a machine without curl.
    program
      .command('__curl', { hidden: true })
      .argument('[words...]')
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (words: string[]) => {
        const { builtInCurl } = await import('../../curl/runner.ts');
        const { stdin, stdout, stderr, signal } = cli.io;
        cli.exitWith(await builtInCurl()(words, { env: {}, streams: { stdin, stdout, stderr }, signal }));
      });
    return program
      .command('curl')
      .summary("send a request; node names are hosts, the rest is curl's")
      .description(
        "Runs curl with the lab's node names as hosts, published or not. Its exit code is curl's.\n" +
          "Only --lab and --from are envoy-lab's, everything else goes to curl unread.",
      )
      .usage('[--lab <name>] [--from <node>] [curl options] <url>')
      .argument('[words...]', "curl's own options and URLs")
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (given: string[], _options: CommonOptions) => {
        cli.failWith(ExitCode.execFailed);
        const { lab: name, from, words } = splitWords(given);
        if (words.length === 0) {
          throw new LabError('usage', 'nothing to request', {
            hint: 'such as envoy-lab curl -v http://front-envoy:8080/',
          });
        }
        await using lab = await cli.open(name === undefined ? {} : { lab: name });
        const { own, stdin, stdout, stderr } = cli.io;
        const streams = { stdin: reads(words) ? stdin : undefined, stdout, stderr, inherit: own };
        cli.exitWith(await lab.curl(words, from, streams));
      });
  },
};

/** Whether curl will read its stdin: then alone it is worth opening. */
function reads(words: readonly string[]): boolean {
  return words.some((word) => /^(-|@-|\.|.*=?@-)$/.test(word) || /^-[dT]@?-$/.test(word));
}

/** Takes our two options out of curl's words: curl has none of these names. */
export function splitWords(given: readonly string[]): {
  readonly lab: string | undefined;
  readonly from: string | undefined;
  readonly words: readonly string[];
} {
  const ours: Record<string, string | undefined> = {};
  const words: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const match = /^--(lab|from)(?:=(.*))?$/s.exec(given[i]!);
    if (match === null) {
      words.push(given[i]!);
      continue;
    }
    const value = match[2] ?? given[++i];
    if (value === undefined) throw new LabError('usage', `--${match[1]} needs a value`);
    ours[match[1]!] = value;
  }
  return { lab: ours.lab, from: ours.from, words };
}
