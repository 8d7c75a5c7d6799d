/** What of the Compose specification is written (compose-spec.io), in the order in which people write it. */
export interface ComposeService {
  readonly image: string;
  readonly hostname?: string;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, { readonly aliases: readonly string[] }>>;
  readonly extra_hosts?: readonly string[];
  readonly ports?: readonly string[];
  readonly init?: boolean;
  readonly user?: string;
  readonly working_dir?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly configs?: readonly { readonly source: string; readonly target: string; readonly mode?: number }[];
  readonly volumes?: readonly {
    readonly type: 'bind';
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly healthcheck?: Healthcheck;
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
}

export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, object>>;
  readonly configs?: Readonly<Record<string, { readonly content: string } | { readonly file: string }>>;
}
