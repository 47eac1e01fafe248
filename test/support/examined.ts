import { commandLine, type Finished } from './command-line.ts';
import { servedEnvironment } from './served-process.ts';

/** What the doctor finds in the database of a server that was served as a process, looking at all of it. */
export const examined = (databaseUrl: string): Promise<Finished> =>
  commandLine(databaseUrl, servedEnvironment(databaseUrl)).run('doctor', '--deep');
