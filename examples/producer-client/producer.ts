import { randomUUID } from 'node:crypto';
import { deliver, type Receipt } from './deliver.ts';

/** An event as `POST /api/audit-logs` takes it; the README lists the fields. */
export interface ProducerEvent {
  readonly action: string;
  readonly scope?: string;
  readonly idempotencyKey?: string;
  readonly [field: string]: unknown;
}

/** Where events go, and how patiently. */
export interface ProducerOptions {
  /** Such as https://audit.example.com. */
  readonly url: string;
  /** An API key with auditLog:record. */
  readonly apiKey: string;
  /** Most events in one request; at most 1,000. */
  readonly batchSize?: number;
  /** Events that may wait; more are refused, never dropped. */
  readonly mostWaiting?: number;
  /** Attempts of one request before its events are given back as failed. */
  readonly attempts?: number;
  /** The longest pause between two attempts, unless the server asks for more. */
  readonly longestPauseMs?: number;
}

/** Records events in the background, in batches; keeps each until the server has answered for it. */
export interface Producer {
  /**
   * Resolves with the receipt once the event is committed, or was already. Rejects when it breaks a
   * rule, when no attempt got through, or at once when too many wait or the producer is closed.
   */
  record(event: ProducerEvent): Promise<Receipt>;
  /** Resolves when everything recorded before it was answered for, well or not. */
  flush(): Promise<void>;
  /** Takes no more, and flushes. */
  close(): Promise<void>;
}

/** A producer for one server. What comes while a request is under way goes with the next one. */
export function createProducer({
  batchSize = 500,
  mostWaiting = 10_000,
  ...target
}: ProducerOptions): Producer {
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let isClosed = false;

  async function run(): Promise<void> {
    await undefined;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      await settle(batch, target);
    }
    running = null;
  }

  return {
    record(event) {
      if (isClosed) return Promise.reject(new Error('The producer is closed.'));
      if (waiting.length >= mostWaiting) {
        return Promise.reject(new Error(`${mostWaiting} events wait already: await some first.`));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
      // Made once: however often the request is sent, the event is stored once.
      waiting.push({ event: { idempotencyKey: randomUUID(), ...event }, resolve, reject });
      running ??= run();
      return promise;
    },
    async flush() {
      while (running !== null) await running;
    },
    async close() {
      isClosed = true;
      while (running !== null) await running;
    },
  };
}

interface Waiting {
  readonly event: ProducerEvent;
  resolve(receipt: Receipt): void;
  reject(error: unknown): void;
}

async function settle(
  batch: readonly Waiting[],
  target: Parameters<typeof deliver>[1],
): Promise<void> {
  try {
    const receipts = await deliver(
      batch.map(({ event }) => event),
      target,
    );
    for (const [index, { resolve, reject }] of batch.entries()) {
      const receipt = receipts[index];
      if (receipt && receipt.status !== 'REJECTED') resolve(receipt);
      else reject(new Error(problemsOf(receipt)));
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

const problemsOf = (receipt: Receipt | undefined): string =>
  receipt?.errors?.map(({ path, message }) => [...path, message].join(': ')).join(' ') ??
  'The server gave no receipt.';
