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

/** An IPv4 address inside an IPv6 one (RFC 4291, section 2.5.5.2) as the IPv4 address that it is. */
function plainAddress(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = (mapped ?? address).replace(/%.*$/, '').toLowerCase();
  return isIP(plain) === 0 ? null : plain;
}
