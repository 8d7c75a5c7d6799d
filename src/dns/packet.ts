import dnsPacket from 'dns-packet';

// dns-packet's one home: the rest of the code knows only the shapes below.

/** A question as a DNS message asks it. */
export interface DnsQuestion {
  /** Lower case, without the dot at its end. */
  readonly name: string;
  /** `A`, `AAAA`, `PTR`, … */
  readonly type: string;
}

export interface DnsQuery {
  readonly id: number;
  readonly question: DnsQuestion | undefined;
  /** Longest answer the client takes over UDP, in bytes (RFC 6891; 512 without EDNS). */
  readonly udpSize: number;
}

export interface DnsAnswer {
  readonly type: 'A' | 'PTR';
  /** An IPv4 address or a name. */
  readonly data: string;
}

/** Response codes of RFC 1035 §4.1.1. */
export const Rcode = { noError: 0, formErr: 1, servFail: 2, nxDomain: 3, notImp: 4, refused: 5 } as const;

const AUTHORITATIVE = dnsPacket.AUTHORITATIVE_ANSWER;

/** The EDNS record of an answer (RFC 6891 §6.1). */
const EDNS: dnsPacket.OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** Reads a query; undefined when it is not one. */
export function decodeQuery(message: Buffer): DnsQuery | undefined {
  let packet: dnsPacket.DecodedPacket;
  try {
    packet = dnsPacket.decode(message);
  } catch {
    return undefined;
  }
  if (packet.type !== 'query') return undefined;
  const question = packet.questions?.[0];
  const edns = packet.additionals?.find((record) => record.type === 'OPT');
  return {
    id: packet.id ?? 0,
    question: question === undefined ? undefined : { name: question.name.toLowerCase(), type: question.type },
    udpSize: Math.max(
      512,
      Math.min((edns as { udpPayloadSize?: number } | undefined)?.udpPayloadSize ?? 512, 4096),
    ),
  };
}

/**
 * Writes the answer to a query, with its question repeated letter for letter.
 *
 * @param ttl in s
 * @param limit in bytes; an answer that is longer goes without records and with the TC bit (RFC 1035 §4.2.1)
 */
export function encodeAnswer(
  query: Buffer,
  {
    rcode,
    answers,
    ttl,
    authoritative,
    limit,
  }: {
    readonly rcode: number;
    readonly answers: readonly DnsAnswer[];
    readonly ttl: number;
    readonly authoritative: boolean;
    readonly limit: number;
  },
): Buffer {
  const { id, questions, flags, additionals } = dnsPacket.decode(query);
  const question = questions?.[0];
  const edns = additionals?.some((record) => record.type === 'OPT') ?? false;
  const kept = (flags ?? 0) & dnsPacket.RECURSION_DESIRED;
  const flagBits = kept | dnsPacket.RECURSION_AVAILABLE | (authoritative ? AUTHORITATIVE : 0) | rcode;
  const packet: dnsPacket.Packet = {
    type: 'response',
    id: id ?? 0,
    flags: flagBits,
    questions: questions ?? [],
    answers: answers.map(({ type, data }) => ({ type, name: question?.name ?? '', ttl, data })),
    additionals: edns ? [EDNS] : [],
  };
  const whole = dnsPacket.encode(packet);
  if (whole.length <= limit) return whole;
  return dnsPacket.encode({ ...packet, flags: flagBits | dnsPacket.TRUNCATED_RESPONSE, answers: [] });
}
