import { describe, expect, test } from 'vitest';
import { clientIp } from '../src/http/client-ip.ts';

describe('the address of a client', () => {
  test.each([
    ['the connection, when no proxy is trusted', '198.51.100.7', '203.0.113.9', 0, '198.51.100.7'],
    ['what the one proxy wrote', '10.0.0.1', '203.0.113.9', 1, '203.0.113.9'],
    ['what the proxy wrote, not the client', '10.0.0.1', '6.6.6.6, 203.0.113.9', 1, '203.0.113.9'],
    ['what the outer of two wrote', '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
    ['the connection, when the proxy wrote nothing', '10.0.0.1', null, 1, '10.0.0.1'],
    ['plain IPv4, when it came inside IPv6', '::ffff:198.51.100.7', null, 0, '198.51.100.7'],
    ['IPv6 in lower case, without a zone', 'FE80::1%eth0', null, 0, 'fe80::1'],
    ['nothing, for what is no address', '10.0.0.1', "'; DROP TABLE", 1, null],
    ['nothing, when it is unknown', undefined, null, 0, null],
  ])('is %s', (_, remote, forwarded, proxies, expected) => {
    expect(clientIp(remote, forwarded, proxies)).toBe(expected);
  });
});
