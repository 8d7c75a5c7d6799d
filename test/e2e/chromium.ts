import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { skipWithout } from '../required.ts';

const executablePath = '/usr/bin/chromium';

/** The reason to skip where there is no Chromium; false where there is. */
export const skipWithoutChromium = skipWithout(
  'chromium',
  existsSync(executablePath) ? undefined : `there is no ${executablePath}: apt-get install chromium`,
);

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser as a user has it, with a profile of its own. */
export class Chromium implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  static async start(...more: readonly string[]): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'envoy-lab-chromium-'));
    const args = [...flags, ...more];
    const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
    context.setDefaultTimeout(15_000);
    return new Chromium(context, profile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
