import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a proxy treats what comes: hands it on, swallows it, or cuts every connection. */
export type Passage = 'through' | 'swallowed' | 'cut';

/** A way to a TCP server that can be made bad. */
export interface TcpProxy {
  readonly port: number;
  /** From now on, for the connections that there are and for new ones. */
  set(passage: Passage): void;
  /** How long each piece is held on its way, in either direction. */
  delay(ms: number): void;
  close(): Promise<void>;
}

/**
 * Opens a way to a port of this machine. What is on its way when one side hangs up is lost, as on
 * a real network: a process that is killed does not finish what it said.
 */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  let passage: Passage = 'through';
  let delayMs = 0;
  const open = new Set<Socket>();
  const hand = (from: Socket, to: Socket): void => {
    let last = Promise.resolve();
    from.on('data', (piece) => {
      if (passage === 'swallowed') return;
      const due = delayMs === 0 ? last : pausedFor(delayMs);
      last = Promise.all([last, due]).then(() => {
        if (!from.destroyed && passage === 'through') to.write(piece);
      });
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
  };
  const server = createServer((near) => {
    if (passage === 'cut') return void near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) open.add(socket.setNoDelay(true));
    hand(near, far);
    hand(far, near);
  });
  const cutAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      passage = next;
      if (next === 'cut') cutAll();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
}

const pausedFor = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
