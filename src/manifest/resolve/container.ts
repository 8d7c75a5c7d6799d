import type { Path } from '../../document/document.ts';
import { isReference, wholeReference } from '../../image/reference.ts';
import type { ContainerFields } from '../schema/pod.ts';
import { checkServices, checkText, type PodContext, resolveEnv } from './env.ts';
import { asksAdmin, isDataPlane, isEnvoyImage, resolveEnvoy } from './envoy.ts';
import { expand } from './expand.ts';
import { type ImageRules, ruleFor } from './images.ts';
import { type MountOptions, type Mounts, resolveMounts } from './mounts.ts';
import { resolveReady } from './probe.ts';

/** A container as the sandbox file has it, and what the folder needs for it. */
export interface ResolvedContainer {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly mounts: Mounts;
  /** The image of a registry that it names, when a rule puts one of ours in its place. */
  readonly ruled: string | undefined;
}

/** One container of a pod; problems go to the context. */
export function resolveContainer(
  context: PodContext,
  container: ContainerFields,
  path: Path,
  options: Omit<MountOptions, 'env'> & { readonly rules: ImageRules; readonly job: boolean },
): ResolvedContainer {
  const env = resolveEnv(context, container, path);
  const ready = options.job ? undefined : resolveReady(context, container, path);
  const mounts = resolveMounts(context, container, path, { ...options, env });
  const words = (member: 'command' | 'args') =>
    (container[member] ?? []).map((word, index) => {
      checkText(context, word, [...path, member, index]);
      checkServices(context, word, env, [...path, member, index]);
      return expand(word, env);
    });
  const command = words('command');
  const args = words('args');
  const rule = ruleFor(options.rules, container.image);
  const dataPlane = isDataPlane(command);
  const isEnvoy = dataPlane || rule === 'envoy' || (rule === undefined && isEnvoyImage(container.image));
  const program = isEnvoy
    ? resolveEnvoy(context, container, path, [...command.slice(dataPlane ? 2 : 0), ...args], mounts)
    : resolveApp(context, container, path, { command, args, ours: rule !== undefined });
  const fields = {
    ...program,
    ...(program !== undefined && 'args' in program && program.args?.length === 0 && { args: undefined }),
    ...unlessEmpty('env', env),
    ...unlessEmpty('files', mounts.files),
    ...unlessEmpty('volumes', mounts.shared),
    workdir: container.workingDir,
    ready: isEnvoy && asksAdmin(ready) ? undefined : ready,
    ...(options.job && { once: true }),
  };
  return { fields, mounts, ruled: isEnvoy || rule === undefined ? undefined : container.image };
}

interface AppProgram {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

function resolveApp(
  { pod, findings }: PodContext,
  container: ContainerFields,
  path: Path,
  { command, args, ours }: { readonly command: string[]; readonly args: string[]; readonly ours: boolean },
): AppProgram {
  const { image } = container;
  const whole = wholeReference(image);
  if (whole === undefined) {
    findings.problem(pod.object, [...path, 'image'], `"${image}" is not the name of an image`);
  }
  // A bare name is one of ours in a sandbox, and Docker Hub's in a manifest.
  const name = isReference(image) ? image : (whole ?? image);
  if (command.length > 0) return { image: name, command: [...command, ...args] };
  if (args.length === 0) return { image: name };
  if (ours) {
    const message = 'cannot be given to an image of envoy-lab, which has no entrypoint of its own';
    findings.problem(pod.object, [...path, 'args'], message, { hint: 'give the command too', key: true });
  }
  return { image: name, args };
}

function unlessEmpty(key: string, map: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.keys(map).length === 0 ? {} : { [key]: map };
}
