import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** What one turn of a load came to. */
export interface Turn {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's process, for one request; Linux only. */
  readonly cpuMs: number;
}

/** Where and how requests go; `bodies` take turns. */
export interface Target {
  readonly port: number;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
}

/** Posts one body. @throws Error another status than 200 */
export function post({ port, headers }: Target, body: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ port, host: '127.0.0.1', path: '/graphql', method: 'POST', agent },
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${response.statusCode}: ${text.slice(0, 500)}`));
        });
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Requests over so many connections for so long. */
export async function load(target: Target, connections: number, durationMs: number): Promise<Turn> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const startedAt = performance.now();
  const cpuBefore = cpuOf(target.pid);
  let next = 0;
  const caller = async () => {
    while (performance.now() - startedAt < durationMs) {
      const at = performance.now();
      await post(target, target.bodies[next++ % target.bodies.length] ?? '', agent);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const elapsedMs = performance.now() - startedAt;
  agent.destroy();
  times.sort((a, b) => a - b);
  const quantile = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN;
  return {
    perSecond: (times.length * 1_000) / elapsedMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMs: (cpuOf(target.pid) - cpuBefore) / times.length,
  };
}

const MS_PER_TICK = 10;

/** Milliseconds that a process has run, by the kernel's count. */
function cpuOf(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) * MS_PER_TICK;
}
