import manifest from '../../package.json' with { type: 'json' };

/** This data plane, and the Envoy whose API and behaviour it follows. */
export const version = `envoy-lab/${manifest.version}/1.40.0/node-${process.versions.node}`;
