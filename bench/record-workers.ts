import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Answer, Order } from './record-worker.ts';

/** A process that takes one order at a time. */
export interface Worker {
  ask(order: Order): Promise<number>;
  end(): Promise<void>;
}

/** Starts a worker, whose Node may be given words of its own. */
export function startWorker(execArgv: readonly string[] = []): Worker {
  const file = path.join(import.meta.dirname, 'record-worker.ts');
  const child = fork(file, { execArgv: [...execArgv] });
  const ended = once(child, 'exit').then((): never => {
    throw new Error('A worker ended.');
  });
  ended.catch(() => undefined);
  return {
    async ask(order) {
      const answered = new Promise<Answer>((resolve) => child.once('message', resolve));
      child.send(order);
      return (await Promise.race([answered, ended])).value;
    },
    async end() {
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}
