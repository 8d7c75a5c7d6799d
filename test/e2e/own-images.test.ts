import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { connectEngine } from '../../src/runtime/docker/endpoint/connect.ts';
import { parseEndpoint } from '../../src/runtime/docker/endpoint/endpoint.ts';
import { Household } from './household.ts';
import { places } from './places.ts';

const server = `
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
require('node:http')
  .createServer((request, response) => response.end(readFileSync('/app/stock.txt') + execFileSync('greet', { encoding: 'utf8' })))
  .listen(Number(process.env.PORT));
`;

for (const place of (await places()).filter(({ runtime }) => runtime === 'docker')) {
  describe(`images of a sandbox's own, on ${place.name}`, { skip: place.skip }, () => {
    const house = new Household(place.env);
    const bin = join(house.home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'greet'), '#!/bin/sh\necho greetings\n', { mode: 0o755 });
    const env = { ...house.env, PATH: `${bin}:${process.env.PATH}` };
    const image = `stock-${house.word}`;
    const sandbox = (name: string, imageYaml: string) =>
      house.sandbox(name, {
        'sandbox.yaml': `nodes: { shop: { image: ${image}, user: nobody }, greeter: { image: ${image}, command: greet, once: true } }`,
        [`images/${image}/image.yaml`]: imageYaml,
        [`images/${image}/server.js`]: server,
        [`images/${image}/stock.txt`]: 'three pears and ',
      });
    const imageYaml = `command: [node, /app/server.js]
files: { server.js: /app/server.js, stock.txt: /app/stock.txt }
env: { PORT: 8080 }
ports: [8080]
programs: [node, greet]
`;
    after(async () => {
      await house[Symbol.asyncDispose]();
      const docker = connectEngine(
        parseEndpoint(place.env.DOCKER_HOST!, 'the test', { platform: process.platform }),
      );
      const made = await docker.listImages({ filters: { label: [`io.envoy-lab.image=${image}`] } });
      for (const { Id } of made) await docker.getImage(Id).remove({ force: true });
    });

    it('run with their files and programs, and follow their files', async () => {
      const folder = sandbox('shop', imageYaml);
      const options = { name: `shop-${house.word}`, runtime: 'docker', env };
      const lab = await house.up(folder, options);
      const answer = async () => (await lab.curl('http://shop:8080/')).body;
      assert.equal(await answer(), 'three pears and greetings\n');
      writeFileSync(join(folder, `images/${image}/stock.txt`), 'no pears but ');
      await house.up(folder, options);
      assert.equal(await answer(), 'no pears but greetings\n');
      await lab.down();
      await house.assertClean();
    });

    it('are refused when nobody has a program they need', async () => {
      const folder = sandbox('broken', imageYaml.replace('greet]', 'nosuchd]'));
      await assert.rejects(house.up(folder, { name: `broken-${house.word}`, runtime: 'docker', env }), {
        code: 'runtime',
        message: `image ${image} cannot be made: nosuchd not found on this machine, and nothing says where to pull it from`,
        hint: /^install nosuchd, or name an image that has it with base:/,
      });
      await house.assertClean();
    });
  });
}
