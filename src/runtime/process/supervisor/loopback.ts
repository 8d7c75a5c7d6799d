import { readFileSync, rmSync } from 'node:fs';
import { createForwarder, parseNameservers } from '../../../dns/forwarder.ts';
import type { DnsQuestion } from '../../../dns/packet.ts';
import { type DnsServer, startDnsServer } from '../../../dns/server.ts';
import { LabError } from '../../../error.ts';
import { type AddressBlock, BLOCK_DNS_PORT, candidateBlocks, sharedAddress } from '../loopback/addresses.ts';
import { Guard } from '../loopback/guard.ts';
import { LoopbackIsolation } from '../loopback/isolation.ts';
import { killMarked } from '../loopback/marked-processes.ts';
import { readRecord } from '../state-folder.ts';
import { claimFolder } from './claim-folder.ts';
import type { SupervisorConfig } from './config.ts';
import { containerPath } from './container-path.ts';
import { listenControl, serveControl } from './control-server.ts';
import { FifoPool } from './fifo.ts';
import { Lab } from './lab.ts';
import { bindPort } from './ports.ts';
import { watchFolder } from './watch-folder.ts';

/**
 * A supervisor in loopback mode: one process does it all, and a guard cleans up should it be killed.
 *
 * @returns when the lab is ready
 */
export async function runLoopback(config: SupervisorConfig, self: NodeJS.Process): Promise<void> {
  const createdAt = Date.now();
  const folder = claimFolder(config, createdAt);
  try {
    const { mark } = readRecord(folder)!;
    const now = () => Date.now();
    let lab: Lab | undefined;
    const lookup = (question: DnsQuestion, client: string) => lab?.lookup(question, client) ?? 'unknown';
    const forward = createForwarder(nameservers(), now);
    const { block, dns } = await claimBlock(config.identity.lab, { lookup, forward });
    const guard = new Guard(mark, folder, config.path);
    const networks = config.identity.networks.length > 0 ? config.identity.networks : ['default'];
    const isolation = new LoopbackIsolation({
      folder,
      mark,
      addresses: block,
      dns: `${block.dns}:${dns.port}`,
      networks,
      guard,
      path: containerPath(config.path, self.execPath),
      visible: config.visible,
    });
    const fifos = new FifoPool(`${folder}/fifos`);
    lab = new Lab({
      identity: config.identity,
      createdAt,
      isolation,
      fifos,
      binder: { bind: bindPort },
      now,
    });
    let ending = false;
    const end = async () => {
      if (ending) return;
      ending = true;
      killMarked(mark);
      await guard.close();
      rmSync(folder, { recursive: true, force: true });
      self.exit(0);
    };
    await listenControl(serveControl(lab, end), folder);
    watchFolder(folder, () => void end());
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) self.on(signal, () => void end());
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

type DnsOptions = Omit<Parameters<typeof startDnsServer>[0], 'host' | 'port'>;

/** Takes a block of addresses by opening its DNS port, which only one lab can. */
async function claimBlock(
  lab: string,
  options: DnsOptions,
): Promise<{ block: AddressBlock; dns: DnsServer }> {
  if (process.platform !== 'linux') {
    return {
      block: sharedAddress,
      dns: await startDnsServer({ ...options, host: sharedAddress.dns, port: 0 }),
    };
  }
  for (const block of candidateBlocks(lab)) {
    try {
      return { block, dns: await startDnsServer({ ...options, host: block.dns, port: BLOCK_DNS_PORT }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new LabError('runtime', 'no block of loopback addresses is free', { hint: 'Take a lab down.' });
}

function nameservers(): string[] {
  try {
    return parseNameservers(readFileSync('/etc/resolv.conf', 'utf8'));
  } catch {
    return [];
  }
}
