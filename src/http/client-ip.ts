import { isIP } from 'node:net';

/**
 * The address of the client: the connection's own, or with `trustedProxyCount` proxies in front
 * the entry of X-Forwarded-For that the outermost of them wrote. What a client adds itself stands
 * further left and is never believed. Null when it is unknown or no address.
 */
export function clientIp(
  remoteAddress: string | undefined,
  forwardedFor: string | null,
  trustedProxyCount: number,
): string | null {
  const hops = [...(forwardedFor?.split(',') ?? []), remoteAddress ?? ''];
  const index = Math.max(0, hops.length - 1 - trustedProxyCount);
  return plainAddress(hops[index]?.trim() ?? '');
}

/** Groups of an IPv6 address that one customer is given whole (RFC 6177). */
const NETWORK_GROUPS = 4;

/** Whom an address stands for: itself, or of an IPv6 address the /64 network, all of which one host has. */
export function networkOf(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const [head = '', tail] = ip.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part ? part.split(':') : []));
  const zeros = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [
    ...(before ?? []),
    ...Array<string>(Math.max(0, zeros)).fill('0'),
    ...(after ?? []),
  ];
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** An IPv4 address inside an IPv6 one (RFC 4291, section 2.5.5.2) as the IPv4 address that it is. */
function plainAddress(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = (mapped ?? address).replace(/%.*$/, '').toLowerCase();
  return isIP(plain) === 0 ? null : plain;
}
