import { expect, test } from 'vitest';
import { startServer } from './support/client.ts';

test('however many ask whether the server is ready, the database is asked once', async () => {
  const pings: string[] = [];
  const { send } = await startServer({
    onQuery: (text) => {
      if (text === 'SELECT 1') pings.push(text);
    },
  });
  const ask = async () => (await send({}, '/ready')).status;
  const answers = await Promise.all(Array.from({ length: 50 }, ask));
  expect([...answers, await ask()]).toEqual(Array(51).fill(200));
  expect(pings).toHaveLength(1);
});
