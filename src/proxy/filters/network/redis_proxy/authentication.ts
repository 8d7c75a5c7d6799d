import { timingSafeEqual } from 'node:crypto';
import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { type DataSourceReader, readDataSource } from '../../../data-source.ts';
import { error, type RespValue, simple } from './resp/value.ts';

type Message = envoy.extensions.filters.network.redis_proxy.v3.RedisProxy;

/** Who may ask: `downstream_auth_username` and the passwords, any of which will do. */
export class Authentication {
  readonly #username: string;
  readonly #passwords: readonly string[];

  /** @throws LabError in Envoy's words where a source cannot be read */
  constructor(message: Message, reader: DataSourceReader) {
    const { downstream_auth_username: username, downstream_auth_password: password } = message;
    const read = (source: envoy.config.core.v3.DataSource | undefined): string =>
      source === undefined ? '' : readDataSource(source, reader).toString('latin1');
    this.#username = read(username);
    const passwords = [password, ...(message.downstream_auth_passwords ?? [])];
    this.#passwords = passwords.map(read).filter((text) => text !== '');
  }

  /** Clients must say who they are. */
  get required(): boolean {
    return this.#username !== '' || this.#passwords.length > 0;
  }

  /** What AUTH is answered; anything but an error lets the client in. */
  answer(password: string, username?: string): RespValue {
    if (username === undefined) {
      if (this.#passwords.length === 0) return error('ERR Client sent AUTH, but no password is set');
      return this.#isPassword(password) ? simple('OK') : error('ERR invalid password');
    }
    if (!this.required) return error('ERR Client sent AUTH, but no username-password pair is set');
    // Redis calls a user without a name `default`.
    const named = username === this.#username || (this.#username === '' && username === 'default');
    return named && this.#isPassword(password)
      ? simple('OK')
      : error('WRONGPASS invalid username-password pair');
  }

  #isPassword(text: string): boolean {
    const given = Buffer.from(text, 'latin1');
    return this.#passwords.some(
      (password) =>
        password.length === given.length && timingSafeEqual(Buffer.from(password, 'latin1'), given),
    );
  }
}
