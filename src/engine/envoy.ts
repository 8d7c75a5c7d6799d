import type { Engine, ReadyEngine } from './engine.ts';
import { validateWithEnvoy } from './envoy-binary.ts';
import { findEnvoy, surveyEnvoys } from './find-envoy.ts';
import { envoyProgram } from './program.ts';
import { steeredProgram } from './steer/program.ts';
import { unsteerable } from './steer/unsteerable.ts';

/** The real Envoy. */
export const envoy: Engine = {
  name: 'envoy',
  summary: 'the real Envoy binary',

  find: findEnvoy,
  survey: surveyEnvoys,

  use({ path, version }): ReadyEngine {
    return {
      name: 'envoy',
      path,
      version,
      program: (request) => {
        const rootfs = {
          name: 'envoy',
          programs: [{ name: 'envoy', hostPath: path }],
          files: [],
          base: `envoyproxy/envoy:v${version}`,
        };
        if (request.programs === 'image') return envoyProgram(['envoy'], rootfs, request);
        // The binary may lie where a container has folders of its own, such as /tmp.
        const volumes = [{ hostPath: path, path, readOnly: true }];
        const program = envoyProgram([path], rootfs, request);
        const { sharedNetwork: network } = request;
        const steered = network === undefined ? undefined : steeredProgram(program.argv, request, network);
        return { ...program, volumes, ...(steered && { steered }) };
      },
      async validate({ config, sharedNetwork }, signal) {
        const problems = await validateWithEnvoy(path, config, signal);
        return problems.length > 0 || sharedNetwork === undefined ? problems : unsteerable(config);
      },
    };
  },
};
