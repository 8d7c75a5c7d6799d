import { writeOldYaml } from '../../document/write.ts';
import type { HostContents } from '../../runtime/kubernetes/translate/host-files.ts';
import type { ImageNames, LabObject } from '../../runtime/kubernetes/translate/options.ts';
import { labObjects } from '../../runtime/kubernetes/translate/translate.ts';
import { containersOf, type LabSpec } from '../lab-spec.ts';
import { withImageRules } from './image-rules.ts';
import { appLabels } from './labels.ts';
import { comments, readable } from './manifest.ts';

interface Parameter {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly value: string;
  readonly required: true;
}

/** A lab as a Template of OpenShift, whose projects let nobody be root. Pure. */
export function openshiftText(
  spec: LabSpec,
  { contents, images }: { readonly contents: HostContents; readonly images: ImageNames },
): string {
  const { identity, nodes } = spec;
  const texts = allTexts(spec, contents);
  const nameOf = (wanted: string) => freeName(wanted, texts);
  const parameters = new Map<string, Parameter>();
  const image = (wanted: string, value: string, what: string, purpose: string) => {
    const name = nameOf(wanted);
    parameters.set(name, {
      name,
      displayName: `${what} image`,
      description: purpose,
      value,
      required: true,
    });
    return `\${${name}}`;
  };
  // In the order in which they are listed.
  const node = image(
    'NODE_IMAGE',
    images.node,
    'Node.js',
    'What runs apps, and the data plane in TypeScript',
  );
  const envoys = envoyParameters(spec, images, image);
  const names = {
    node,
    envoy: (version: string) => envoys.get(images.envoy(version))!,
    base: image('BASE_IMAGE', images.base, 'Base', 'What only waits'),
    named: images.named,
  };
  const made = labObjects(identity, nodes, {
    images: names,
    contents,
    labels: appLabels,
    workload: 'StatefulSet',
    security: 'openshift',
    waits: true,
  });
  const objects = withImageRules(made, { node: names.node, envoys: [...envoys.values()] }).map((object) =>
    withReplicas(object, nameOf, parameters),
  );
  const text = JSON.stringify(objects);
  const template = {
    apiVersion: 'template.openshift.io/v1',
    kind: 'Template',
    metadata: {
      name: identity.lab,
      annotations: {
        'openshift.io/display-name': identity.sandbox,
        description: `The sandbox ${identity.sandbox} of envoy-lab.`,
        tags: 'envoy',
      },
    },
    objects: objects.map(readable),
    parameters: [...parameters.values()].filter(
      ({ name }) => text.includes(`\${${name}}`) || text.includes(`\${{${name}}}`),
    ),
  };
  const head = [
    `The sandbox ${identity.sandbox} of envoy-lab, for OpenShift.`,
    '',
    '  oc process -f FILE | oc apply -f -',
    '  oc process -f FILE --parameters',
    '  oc process -f FILE | oc delete -f -',
  ];
  return `${comments(head)}${writeOldYaml(template)}`;
}

/** References to a parameter for each image of Envoy that the lab has, by that image. */
function envoyParameters(
  { nodes }: LabSpec,
  images: ImageNames,
  parameter: (wanted: string, value: string, what: string, purpose: string) => string,
): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const { container } of containersOf(nodes)) {
    if (container.engine !== 'envoy') continue;
    const { engineVersion = '' } = container;
    const image = images.envoy(engineVersion);
    if (!versions.has(image)) versions.set(image, engineVersion);
  }
  const several = versions.size > 1;
  return new Map(
    [...versions].map(([image, version]) => {
      const name = several ? `ENVOY_${version.replace(/[^A-Za-z0-9]+/g, '_')}_IMAGE` : 'ENVOY_IMAGE';
      const what = several ? `Envoy ${version}` : 'Envoy';
      return [image, parameter(name, image, what, 'What runs Envoy configs')];
    }),
  );
}

/** The workload with its number of replicas as a parameter; the value is a number, so the braces are double. */
function withReplicas(
  object: LabObject,
  nameOf: (wanted: string) => string,
  parameters: Map<string, Parameter>,
): LabObject {
  if (object.kind !== 'StatefulSet' || !('spec' in object)) return object;
  const group = object.metadata!.name!;
  const name = nameOf(`${group.toUpperCase().replaceAll('-', '_')}_REPLICAS`);
  const { replicas } = object.spec as { replicas: number };
  parameters.set(name, {
    name,
    displayName: `Replicas of ${group}`,
    description: `How many pods ${group} has`,
    value: String(replicas),
    required: true,
  });
  return { ...object, spec: { ...object.spec, replicas: `\${{${name}}}` } } as unknown as LabObject;
}

/** A parameter's name that stands nowhere in the lab's own texts, where it would be replaced too. */
function freeName(wanted: string, texts: readonly string[]): string {
  let name = wanted;
  while (texts.some((text) => text.includes(`\${${name}}`) || text.includes(`\${{${name}}}`))) name += '_';
  return name;
}

function allTexts({ nodes }: LabSpec, contents: HostContents): string[] {
  const files = [...contents.values()].flat().map(({ content }) => content.toString('utf8'));
  return [...files, JSON.stringify(nodes)];
}
