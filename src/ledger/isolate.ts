import { isLockTimeout } from '../database/unavailable.ts';
import { UnavailableError } from '../kernel/errors.ts';
import type { Settled } from './group-queue.ts';

/**
 * Settles jobs together, and when that fails, apart: first each organization's, then each job, so
 * that a failure stays with those it belongs to. A database that is gone fails them all at once.
 */
export async function isolating<Job extends { readonly organizationId: string }, Result>(
  settle: (jobs: readonly Job[]) => Promise<readonly Settled<Result>[]>,
  jobs: readonly Job[],
): Promise<readonly Settled<Result>[]> {
  try {
    return await settle(jobs);
  } catch (error) {
    return splits(jobs, error) ? eachApart(settle, jobs, error) : jobs.map(() => ({ error }));
  }
}

async function eachApart<Job extends { readonly organizationId: string }, Result>(
  settle: (jobs: readonly Job[]) => Promise<readonly Settled<Result>[]>,
  jobs: readonly Job[],
  error: unknown,
): Promise<readonly Settled<Result>[]> {
  const settled = new Map<Job, Settled<Result>>();
  for (const group of apart(jobs)) {
    const outcomes = await isolating(settle, group);
    for (const [index, job] of group.entries()) settled.set(job, outcomes[index] ?? { error });
  }
  return jobs.map((job) => settled.get(job) ?? { error });
}

/** Whether some of the jobs may fare better alone: not without a database, nor behind one same lock. */
function splits(jobs: readonly { readonly organizationId: string }[], error: unknown): boolean {
  if (jobs.length < 2) return false;
  if (isLockTimeout(error)) return !isOneOrganization(jobs);
  return !(error instanceof UnavailableError);
}

const isOneOrganization = (jobs: readonly { readonly organizationId: string }[]): boolean =>
  jobs.every(({ organizationId }) => organizationId === jobs[0]?.organizationId);

/** By organization; the jobs of one organization each alone. */
const apart = <Job extends { readonly organizationId: string }>(jobs: readonly Job[]): Job[][] =>
  isOneOrganization(jobs)
    ? jobs.map((job) => [job])
    : [...Map.groupBy(jobs, ({ organizationId }) => organizationId).values()];
