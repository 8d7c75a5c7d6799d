/** What of the machine decides what an image consists of, and where it comes from. */
export interface ImageMachine {
  /** Node's own binary. */
  readonly execPath: string;
  /** `PATH`, and `ENVOY_LAB_REGISTRY`: the registry to ask instead of Docker Hub. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Whose images they are: the user's id, as text. Labs of all owners of one user share them. */
  readonly owner: string;
}

/** That of this process. */
export function thisMachine(): ImageMachine {
  const { execPath, env, platform } = process;
  return { execPath, env, platform, owner: String(process.getuid?.() ?? 0) };
}
