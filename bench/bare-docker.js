// The floor: what `up` and `down` cost when somebody who knows the topology writes down just the engine's calls, all that
// can be parallel in parallel. `node bench/bare-docker.js up|down TOPOLOGY.json`
import { readFileSync } from 'node:fs';
import Docker from 'dockerode';

const [command, file] = process.argv.slice(2);
const { name, holderImage, containers } = JSON.parse(readFileSync(file, 'utf8'));
const docker = new Docker();
const nodes = [...new Map(containers.map((container) => [container.node, container])).values()];
const network = `${name}.default`;
const Labels = { 'bare-docker': name };

if (command === 'up') {
  await docker.createNetwork({ Name: network, Labels });
  const holders = await Promise.all(nodes.map(createHolder));
  await Promise.all(holders.map((holder) => holder.start()));
  const apps = await Promise.all(
    containers.map((container) => {
      const holder = holders[nodes.findIndex(({ node }) => node === container.node)];
      return createApp(container, holder.id);
    }),
  );
  await Promise.all(apps.map((app) => app.start()));
  const published = holders[nodes.findIndex(({ ports }) => ports.length > 0)];
  const { NetworkSettings } = await published.inspect();
  const [port] = nodes.find(({ ports }) => ports.length > 0).ports;
  console.log(NetworkSettings.Ports[`${port}/tcp`][0].HostPort);
} else {
  const filters = { label: [`bare-docker=${name}`] };
  const all = await docker.listContainers({ all: true, filters });
  const joins = ({ HostConfig }) => HostConfig.NetworkMode.startsWith('container:');
  const remove = ({ Id }) => docker.getContainer(Id).remove({ force: true, v: true });
  await Promise.all(all.filter(joins).map(remove));
  await Promise.all(all.filter((container) => !joins(container)).map(remove));
  await docker.getNetwork(network).remove();
}

function createHolder({ node, group, ports }) {
  const keys = ports.map((port) => `${port}/tcp`);
  const published = keys.map((key) => [key, [{ HostIp: '127.0.0.1', HostPort: '' }]]);
  return docker.createContainer({
    name: `${name}.${node}`,
    Hostname: node,
    Image: holderImage,
    Cmd: ['sleep', 'infinity'],
    Labels,
    ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])),
    HostConfig: { NetworkMode: network, PortBindings: Object.fromEntries(published) },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [group, node] } } },
  });
}

function createApp({ name: container, node, image, argv, env, mounts }, holder) {
  return docker.createContainer({
    name: `${name}.${node}.${container}`,
    Image: image,
    Cmd: argv,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels,
    HostConfig: {
      NetworkMode: `container:${holder}`,
      Binds: Object.entries(mounts).map(([host, path]) => `${host}:${path}:ro`),
    },
  });
}
