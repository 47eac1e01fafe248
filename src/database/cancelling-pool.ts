import { connect } from 'node:net';
import type pg from 'pg';
import { endOfReading } from './read-until.ts';

/** What Prisma's adapter and `select` call of a pool. */
export type Run = (statement: pg.QueryConfig | string) => Promise<pg.QueryResult>;

/** A backend of Postgres as a client knows it: what it needs to be cancelled. */
interface Backend extends pg.PoolClient {
  readonly processID: number;
  readonly secretKey: number;
}

/** The code of a CancelRequest: Postgres' documentation, "Message Formats". */
const CANCEL_REQUEST = 80_877_102;
const CANCEL_REQUEST_BYTES = 16;
const CANCEL_MS = 5_000;

/** The same pool, whose statements are cancelled when what they are read for ends (`readUntil`). */
export function cancelling(pool: pg.Pool): pg.Pool {
  const toTheEnd: Run = pool.query.bind(pool);
  const query: Run = (statement) => {
    const end = endOfReading();
    return end ? queryUntil(end, pool, statement) : toTheEnd(statement);
  };
  return Object.assign(pool, { query });
}

/**
 * The cancellation reaches no other statement: the connection is kept until Postgres has taken the
 * request, and is never used again.
 */
async function queryUntil(
  end: AbortSignal,
  pool: pg.Pool,
  statement: pg.QueryConfig | string,
): Promise<pg.QueryResult> {
  end.throwIfAborted();
  const client = (await pool.connect()) as Backend;
  let taken: Promise<void> | undefined;
  let failure: unknown;
  const cancel = () => {
    taken = requestCancel(client);
  };
  try {
    end.throwIfAborted();
    end.addEventListener('abort', cancel, { once: true });
    return await client.query(statement);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    end.removeEventListener('abort', cancel);
    await taken;
    client.release(taken !== undefined || failure !== undefined);
  }
}

/**
 * Resolves when the server has closed the connection of the request, which it does once the request
 * was passed on, or cannot be reached: then the statement's own time-out ends it.
 */
function requestCancel({ host, port, processID, secretKey }: Backend): Promise<void> {
  const request = Buffer.alloc(CANCEL_REQUEST_BYTES);
  request.writeInt32BE(CANCEL_REQUEST_BYTES, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = host.startsWith('/')
    ? connect(`${host}/.s.PGSQL.${port}`)
    : connect({ host, port });
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.setTimeout(CANCEL_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.once('close', () => resolve());
  socket.resume();
  socket.write(request);
  return promise;
}
