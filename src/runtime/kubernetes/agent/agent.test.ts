import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Api } from '../api/api.ts';
import { identity } from '../identity.fake.ts';
import { Agent } from './agent.ts';

const options = async () => ({});
const access = { server: 'http://127.0.0.1:1', context: 'fake', namespace: 'default', options };
const published = { name: 'http', port: 80, protocol: 'tcp', hostPort: 8080 } as const;

/** Opens a port by an agent whose program is this text. */
async function openBy(program: string, startMs?: number): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), 'envoy-lab-agent-'));
  const command = [process.execPath, '-e', program.replace('PID', JSON.stringify(join(stateDir, 'pid')))];
  const place = { kubeconfig: '' };
  const agent = new Agent(
    { command, stateDir, env: {}, place, ...(startMs !== undefined && { startMs }) },
    { api: new Api(access), identity, namespace: 'ns', ownsNamespace: true },
  );
  try {
    await agent.open([published]);
  } finally {
    const pid = readFileSync(join(stateDir, 'pid'), 'utf8');
    for (const deadline = Date.now() + 10_000; isThere(Number(pid)); ) {
      assert.ok(Date.now() < deadline, 'the agent is left behind');
      await new Promise((resolve) => setImmediate(resolve));
    }
    rmSync(stateDir, { recursive: true });
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const WRITE_PID = "require('fs').writeFileSync(PID, String(process.pid));";

describe('starting the agent of a lab', { timeout: 60_000 }, () => {
  it('tells why it could not', async () => {
    const report = JSON.stringify(JSON.stringify({ error: 'no kubeconfig' }));
    await assert.rejects(openBy(`${WRITE_PID} require('fs').writeSync(3, ${report})`), {
      code: 'runtime',
      message: "cannot start the lab's agent: no kubeconfig",
    });
    await assert.rejects(openBy(WRITE_PID), { message: /agent: it ended at once$/ });
  });

  it('waits for it no longer than it may take, and leaves none behind', async () => {
    await assert.rejects(openBy(`${WRITE_PID} setInterval(() => {}, 1000)`, 3000), {
      code: 'runtime',
      message: "cannot start the lab's agent: it did not open its ports within 3 s",
      hint: /API server/,
    });
  });
});
