/**
 * What a test may need of the machine: a reason to skip where it is missing. `ENVOY_LAB_REQUIRE` lists what must be
 * there (`envoy,namespaces`): then a missing one is an error, so that CI skips nothing it could run.
 *
 * @returns the reason, for `skip`; false when nothing is missing
 * @throws Error when what is missing is required
 */
export function skipWithout(
  what: string,
  missing: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | false {
  if (missing === undefined) return false;
  const required = (env.ENVOY_LAB_REQUIRE ?? '').split(',');
  if (required.includes(what)) throw new Error(`${what} is required here, but: ${missing}`);
  return missing;
}
