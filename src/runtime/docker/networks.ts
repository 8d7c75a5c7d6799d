import { LabError } from '../../error.ts';
import type { LabIdentity } from '../node-spec.ts';
import type { Engine } from './engine.ts';
import { doing, isMissing, isNameTaken } from './errors.ts';
import { label, labelFilter } from './labels.ts';
import { networkName } from './names.ts';
import { networkOptions } from './translate/network.ts';

/**
 * Makes the networks of a lab, all or none of them.
 * @throws LabError `runtime` when the lab runs already or the engine makes none
 */
export async function createNetworks(
  engine: Engine,
  identity: LabIdentity,
  createdAt: number,
): Promise<void> {
  const made: string[] = [];
  const results = await Promise.allSettled(
    identity.networks.map(async (network) => {
      try {
        const options = networkOptions(identity, network, createdAt);
        made.push(await engine.dialect.createNetwork(engine.docker, options));
      } catch (error) {
        if (isNameTaken(error)) throw await nameTaken(engine, identity, network, error);
        throw error;
      }
    }),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return;
  await removeNetworks(engine, made).catch(() => {});
  await doing(`make the networks of lab ${identity.lab}`, () => Promise.reject(failed.reason));
}

async function nameTaken(
  { docker, dialect }: Engine,
  { lab, owner }: LabIdentity,
  network: string,
  cause: unknown,
): Promise<LabError> {
  const name = networkName(lab, network);
  const found = await dialect.listNetworks(docker, { name: [name] }).catch(() => []);
  const labels = found.find((each) => each.name === name)?.labels ?? {};
  const other = 'give this one another name with --name';
  if (labels[label.lab] !== lab) {
    return new LabError('runtime', `there is a network ${name} already, which is not envoy-lab's`, {
      hint: `${other}, or remove that network if it is yours: docker network rm ${name}`,
      cause,
    });
  }
  const whose = labels[label.owner] === owner ? '' : `, of user ${labels[label.owner] || '?'}`;
  return new LabError('runtime', `lab ${lab} runs already${whose}`, {
    hint: whose === '' ? `end it first (envoy-lab down ${lab}), or ${other}` : other,
    cause,
  });
}

/** Removes networks by id or name; those that are gone already are no error. */
export async function removeNetworks({ docker }: Engine, networks: readonly string[]): Promise<void> {
  await Promise.all(
    networks.map(async (network) => {
      try {
        await docker.getNetwork(network).remove();
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }),
  );
}

/** Labs that have a network at the engine: those that are there. */
export async function labsOf({ docker, dialect }: Engine, owner: string): Promise<string[]> {
  const networks = await dialect.listNetworks(docker, labelFilter({ [label.owner]: owner }));
  return [...new Set(networks.flatMap(({ labels }) => labels[label.lab] ?? []))].sort();
}
