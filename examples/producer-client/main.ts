/** Records some events in the background and prints where each came to stand. */
import process from 'node:process';
import { createProducer } from './producer.ts';

const [url, apiKey] = process.argv.slice(2);
if (!url || !apiKey) throw new Error('Usage: node examples/producer-client/main.ts URL API_KEY');

const producer = createProducer({ url, apiKey });
const names = ['Business Hours', 'Night Shift', 'Weekend'];
const receipts = names.map((name) =>
  producer.record({
    scope: 'SCHEDULING',
    action: 'schedule.created',
    details: `Created schedule '${name}'`,
  }),
);
await producer.close();
for (const { status, sequence } of await Promise.all(receipts)) {
  process.stdout.write(`${status} ${sequence}\n`);
}
