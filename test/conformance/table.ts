import type { Case } from './case.ts';
import { areaOf, features } from './features.ts';

/** Where the table is kept. */
export const tableFile = new URL('../../docs/conformance.md', import.meta.url);

/**
 * The page that says, feature by feature, what is equal to Envoy. Made from the cases alone: a run writes it only when
 * every case was equal, or differed where its difference is listed.
 *
 * @param version of the Envoy that was compared with: `1.40.0`
 */
export function conformanceTable(cases: readonly Case[], version: string): string {
  const areas = Object.keys(features).map((area) => ({
    feature: features[area]!,
    all: cases.filter((test) => areaOf(test) === area),
  }));
  const listed = cases.filter((test) => test.knownDifference !== undefined);
  const row = (feature: string, all: readonly Case[]): string => {
    const differing = all.filter((test) => test.knownDifference !== undefined).length;
    return `| ${feature} | ${all.length} | ${all.length - differing} | ${differing || ''} |`;
  };
  return `<!-- Written by \`npm run conformance -- --table\`. -->
# What is equal to Envoy

Every case below is a config, scripted upstreams and what clients send. It runs on our data plane and on
Envoy ${version}, and all that can be seen of the two must be the same: bytes to clients and to upstreams, how
connections end, access log, stats, admin answers, whether the config is taken. Nobody writes an expected result down:
Envoy is asked.

A difference that is left is a case too: it is listed with its reason, and the tests fail when it is one no more.

    node tools/oracle.js                   # installs that Envoy into .oracle/, once
    npm run conformance                    # all cases, a line each
    npm run conformance -- tls/alpn        # those whose name contains a word, with the whole diff
    npm run conformance -- --table         # all cases, and this page

| feature | cases | equal | listed differences |
|---|---|---|---|
${areas.map(({ feature, all }) => row(feature, all)).join('\n')}
${row('**all**', cases)}

## Listed differences

| case | why |
|---|---|
${listed.map((test) => `| \`${test.name}\` | ${test.knownDifference} |`).join('\n')}

## The cases

${areas.map(({ feature, all }) => `**${feature}**: ${all.map((test) => `\`${test.name}\``).join(', ')}`).join('\n\n')}
`;
}
