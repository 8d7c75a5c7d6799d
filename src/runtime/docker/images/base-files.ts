import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Item, linkedFolders } from './layer.ts';

const accounts = [
  ['root', 0, '/root', '/bin/sh'],
  ['daemon', 1, '/usr/sbin', '/sbin/nologin'],
  ['bin', 2, '/bin', '/sbin/nologin'],
  ['www-data', 33, '/var/www', '/sbin/nologin'],
  ['envoy', 101, '/', '/bin/sh'],
  ['node', 1000, '/', '/bin/sh'],
  ['nobody', 65534, '/nonexistent', '/sbin/nologin'],
] as const;

const etc: Readonly<Record<string, string>> = {
  passwd: accounts
    .map(([name, id, home, shell]) => `${name}:x:${id}:${id}:${name}:${home}:${shell}\n`)
    .join(''),
  group: [...accounts.map(([name, id]) => `${name}:x:${id}:\n`), 'nogroup:x:65533:\n'].join(''),
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  shells: '/bin/sh\n',
};

/** Where distributions keep the certificates of authorities as one file. */
const certificates = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const terminals = ['x/xterm', 'x/xterm-256color', 's/screen', 's/screen-256color', 'l/linux', 'v/vt100'];

/** Of the lowest layer all that is no program: folders, users, name lookup, certificates, terminals. */
export function baseFiles(): Item[] {
  return [...skeleton(), ...files()];
}

const folders =
  'dev etc home mnt opt proc run srv sys usr usr/bin usr/lib usr/lib32 usr/lib64 usr/local usr/local/bin usr/local/lib usr/sbin var var/log';

function skeleton(): Item[] {
  const directory = (path: string, mode: number): Item => ({ kind: 'directory', path: `/${path}`, mode });
  const links = Object.entries(linkedFolders);
  return [
    ...folders.split(' ').map((path) => directory(path, 0o755)),
    directory('root', 0o700),
    directory('tmp', 0o1777),
    directory('var/tmp', 0o1777),
    ...links.map(([path, target]): Item => ({ kind: 'link', path, target })),
  ];
}

function files(): Item[] {
  const items = Object.entries(etc).map(
    ([name, text]): Item => ({
      kind: 'content',
      path: `/etc/${name}`,
      content: Buffer.from(text),
      mode: 0o644,
    }),
  );
  const bundle = certificates.find((path) => existsSync(path));
  if (bundle !== undefined) {
    for (const path of new Set([bundle, certificates[0]!]))
      items.push({ kind: 'host', path, hostPath: bundle });
  }
  for (const folder of ['/lib/terminfo', '/usr/share/terminfo']) {
    for (const name of terminals) {
      const path = join(folder, name);
      if (existsSync(path)) items.push({ kind: 'host', path, hostPath: path });
    }
  }
  return items;
}
