import { isDataPlane } from '../../../runtime/kubernetes/translate/data-plane.ts';
import {
  adminCommand,
  hasNode,
  httpStatusWords,
  quote,
} from '../../../runtime/kubernetes/translate/probe.ts';
import type { ContainerSpec } from '../../../runtime/node-spec.ts';
import type { Healthcheck } from './model.ts';

/** How an engine for containers asks whether one is ready; undefined when it is as soon as it runs, and of a job. */
export function healthcheckOf(container: ContainerSpec): Healthcheck | undefined {
  const test = container.once ? undefined : testOf(container);
  // A minute until the first answer: no engine before Docker 25 asks more often while a container starts.
  return test && { test, interval: '1s', timeout: '5s', retries: 60 };
}

function testOf(container: ContainerSpec): string[] | undefined {
  const { ready: probe } = container;
  switch (probe.kind) {
    case 'exec':
      return ['CMD', ...probe.argv];
    case 'admin':
      return ['CMD', ...adminCommand(probe, isDataPlane(container))];
    case 'http': {
      const url = `http://127.0.0.1:${probe.port}${probe.path}`;
      if (hasNode(container)) return ['CMD', 'node', '-e', nodeHttp(url, probe.status)];
      if (probe.status !== undefined) return ['CMD-SHELL', httpStatusWords(url, probe.status)];
      return ['CMD-SHELL', `wget -q -O /dev/null ${quote(url)} || curl -fsS -o /dev/null ${quote(url)}`];
    }
    case 'tcp':
      if (hasNode(container)) return ['CMD', 'node', '-e', nodeTcp(probe.port)];
      return ['CMD-SHELL', `nc -z 127.0.0.1 ${probe.port} || bash -c '</dev/tcp/127.0.0.1/${probe.port}'`];
    case 'log':
    case 'started':
      return undefined;
  }
}

/** What is thrown, and an error that nobody handles, ends Node with 1. */
function nodeHttp(url: string, status: number | undefined): string {
  const wrong = status === undefined ? 's < 200 || s >= 400' : `s !== ${status}`;
  const look = `(answer) => { const s = answer.statusCode; if (${wrong}) throw s; answer.destroy(); }`;
  return `require('http').get(${JSON.stringify(url)}, ${look})`;
}

function nodeTcp(port: number): string {
  return `require('net').connect(${port}, '127.0.0.1', function () { this.destroy(); })`;
}
