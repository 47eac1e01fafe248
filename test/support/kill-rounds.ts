import process from 'node:process';

/** How often a process is killed in the middle of an import or a purge: once, or what KILL_ROUNDS says. */
export const KILL_ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);
