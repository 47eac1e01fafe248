import process from 'node:process';
import { expect, inject, test } from 'vitest';
import { ask } from '../support/asking.ts';
import { tokenOf } from '../support/client.ts';
import { emptyPlace } from '../support/database.ts';
import { examined } from '../support/examined.ts';
import { serveProcess } from '../support/served-process.ts';

/** Blocks of 512 bytes: less than SQLite's write-ahead log takes before it is written back. */
const FULL_BLOCKS = 5_000;
const CREATE =
  'mutation { createOrganization(input: { name: "Full" }) { ... on CreateOrganizationSuccess { organization { id } } } }';
const RECORD =
  'mutation($input: RecordAuditLogsInput!) { recordAuditLogs(input: $input) { ... on RecordAuditLogsSuccess { recordedCount } } }';
const COUNT = 'query($id: ID!) { auditLogs(organizationId: $id) { totalCount } }';

test.runIf(inject('provider') === 'sqlite' && process.platform === 'linux')(
  'a full disk refuses changes as UNAVAILABLE, still answers reads, and loses nothing it acknowledged',
  { timeout: 90_000 },
  async () => {
    const place = await emptyPlace();
    const full = ['/bin/sh', '-c', `ulimit -f ${FULL_BLOCKS}; exec "$0" "$@"`] as const;
    const { child, exited, port } = await serveProcess(place.url, {}, [...full, process.execPath]);
    const token = await tokenOf('ada');
    const id = (await ask(port, token, { query: CREATE }))?.body.data.createOrganization
      .organization.id;
    const events = Array.from({ length: 40 }, () => ({
      ...{ scope: 'COST', action: 'a.b', metadata: { text: 'x'.repeat(5_000) } },
    }));
    let acknowledged = 0;
    for (;;) {
      const variables = { input: { organizationId: id, events } };
      const heard = await ask(port, token, { query: RECORD, variables });
      if (heard === null) break;
      expect(heard.body.data?.recordAuditLogs?.recordedCount, JSON.stringify(heard.body)).toBe(40);
      acknowledged += 40;
      expect(acknowledged, 'the disk is not full').toBeLessThan(2_000);
    }
    expect(acknowledged).toBeGreaterThan(0);
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(health.status).toBe(200);
    const counted = async (at: number) =>
      (await ask(at, token, { query: COUNT, variables: { id } }))?.body.data.auditLogs.totalCount;
    expect(await counted(port)).toBe(acknowledged + 1);
    child.kill('SIGKILL');
    await exited;

    const roomy = await serveProcess(place.url);
    const more = { input: { organizationId: id, events } };
    expect((await ask(roomy.port, token, { query: RECORD, variables: more }))?.status).toBe(200);
    expect(await counted(roomy.port)).toBe(acknowledged + 41);
    roomy.child.kill('SIGTERM');
    expect(await roomy.exited).toBe(0);
    const { code } = await examined(place.url);
    expect(code).toBe(0);
    await place.remove();
  },
);
