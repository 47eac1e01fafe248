import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './asking.ts';
import { tokenOf } from './client.ts';
import {
  type Caller,
  deleter,
  type Place,
  reader,
  recorder,
  renamer,
  streamer,
} from './load-callers.ts';
import { openTold, type Told } from './told.ts';

/** How long a caller waits before it sends something again, in milliseconds. */
const AGAIN_MS = 20;

/** A round is worth its name after so many were acknowledged; the wait for them ends. */
const [WARM_COUNT, WARM_MS, THICK_MS, DRAIN_MS] = [40, 15_000, 300, 100];

/** Callers of all kinds, who go on over the death of the server or its database. */
export interface MixedLoad {
  readonly told: Told;
  /** Everybody asks until the returned function is called; it resolves when all have heard. */
  begin(port: () => number): () => Promise<void>;
  /**
   * Resolves in the thick of it, when the server has warmed up: at a random moment, or right after an
   * acknowledgement, which shows one that came before its commit. `slow` is told before.
   */
  thick(slow: (isSlow: boolean) => void): Promise<void>;
  /** Resolves when everybody knows what became of all that they sent. */
  settle(port: () => number): Promise<void>;
}

const CREATE =
  'mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) { ... on CreateOrganizationSuccess { organization { id } } } }';

async function newOrganization(port: number, token: string, name: string): Promise<string> {
  const heard = await ask(port, token, { query: CREATE, variables: { input: { name } } });
  return heard?.body.data.createOrganization.organization.id;
}

/** Callers in three organizations of their own, on a server that stands. */
export async function openMixedLoad(port: number): Promise<MixedLoad> {
  const told = openTold();
  const token = await tokenOf('ada');
  let isAfterAnswer = false;
  const place = async (name: string): Promise<Place> => ({
    token,
    told,
    organizationId: await newOrganization(port, token, name),
  });
  const events = await place('Events');
  const callers = [
    recorder(events),
    recorder(events),
    streamer(events),
    renamer(await place('Renamed')),
    deleter(await place('Deleted'), 'Deleted'),
    reader(events),
  ];
  return {
    told,
    begin(at) {
      let isOver = false;
      const ended = Promise.all(callers.map((caller) => asking(caller, at, () => isOver)));
      return async () => {
        isOver = true;
        await ended;
      };
    },
    async thick(slow) {
      const enough = told.count() + WARM_COUNT;
      const deadline = performance.now() + WARM_MS;
      while (told.count() < enough && performance.now() < deadline) await pause(5);
      await pause(Math.random() * THICK_MS);
      isAfterAnswer = !isAfterAnswer;
      if (!isAfterAnswer) return;
      slow(true);
      // What was acknowledged on the faster way is heard by then.
      await pause(DRAIN_MS);
      await told.next();
    },
    settle: async (at) => {
      await Promise.all(callers.map((caller) => asking(caller, at, () => !caller.isWaiting())));
    },
  };
}

async function asking(caller: Caller, port: () => number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const isKnown = await caller.step(port());
    if (!isKnown) await pause(AGAIN_MS);
  }
}
