import { mint } from './mint.ts';

/** The certificates that cases of TLS are about; made anew in each run. */
export const authority = mint({ subject: 'Lab CA', authority: true });
export const otherAuthority = mint({ subject: 'Other CA', authority: true });
export const intermediate = mint({ subject: 'Lab Intermediate', by: authority, authority: true });

export const server = mint({
  subject: [
    ['2.5.4.6', 'DE'],
    ['2.5.4.10', 'Lab, "Inc."'],
    ['2.5.4.3', 'server.example'],
  ],
  names: [
    'DNS:server.example',
    'DNS:*.wild.example',
    'URI:spiffe://lab/server',
    'IP:127.0.0.1',
    'IP:::1',
    'email:server@lab.example',
  ],
  usages: ['server', 'client'],
  by: authority,
});
export const rsaServer = mint({
  subject: 'rsa.example',
  names: ['DNS:rsa.example'],
  by: authority,
  rsa: true,
});
export const rsaEncipherer = mint({
  subject: 'encipherer',
  names: ['DNS:server.example'],
  keyUsages: ['keyEncipherment'],
  by: authority,
  rsa: true,
});
export const rsaSigner = mint({
  subject: 'signer',
  names: ['DNS:server.example'],
  keyUsages: ['digitalSignature'],
  by: authority,
  rsa: true,
});
export const expiredServer = mint({
  subject: 'expired',
  names: ['DNS:server.example'],
  by: authority,
  days: [-20, -10],
});
export const futureServer = mint({
  subject: 'future',
  names: ['DNS:server.example'],
  by: authority,
  days: [10, 20],
});
export const selfSigned = mint({ subject: 'self', names: ['DNS:server.example'] });
export const onlyClient = mint({
  subject: 'only client',
  names: ['DNS:client.example'],
  usages: ['client'],
  by: authority,
});
export const belowIntermediate = mint({
  subject: 'leaf below',
  names: ['DNS:server.example', 'URI:spiffe://lab/leaf'],
  by: intermediate,
});
export const second = mint({ subject: 'Second Intermediate', by: intermediate, authority: true });
export const deep = mint({ subject: 'deep', names: ['DNS:server.example'], by: second });
export const client = mint({
  subject: [
    ['2.5.4.10', 'Lab'],
    ['2.5.4.3', 'client, of "all"'],
  ],
  names: ['URI:spiffe://lab/client', 'URI:spiffe://lab/other', 'DNS:client.example', 'DNS:c.example'],
  usages: ['client'],
  by: authority,
});
export const nameless = mint({ subject: 'nameless', usages: ['client'], by: authority });
