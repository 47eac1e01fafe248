import { setTimeout as pause } from 'node:timers/promises';

/** What the server says of one event. */
export interface Receipt {
  readonly status: 'RECORDED' | 'DUPLICATE' | 'REJECTED';
  readonly id?: string;
  readonly sequence?: number;
  readonly errors?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** Where a request goes, and how patiently. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
  readonly attempts?: number;
  readonly longestPauseMs?: number;
}

const FIRST_PAUSE_MS = 100;
const REQUEST_TIMEOUT_MS = 30_000;

/** Worth another attempt: too many requests, or the server is busy, stopping or broken. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

/**
 * Sends events until the server answers for them: again after a lost connection, a 429 or a 5xx,
 * with full jitter, and not before the server's Retry-After is over.
 * @throws Error a refusal that another attempt would not change, or the last attempt failed
 */
export async function deliver(events: readonly object[], target: Target): Promise<Receipt[]> {
  const { attempts = 8, longestPauseMs = 10_000 } = target;
  for (let attempt = 1; ; attempt++) {
    const answer = await post(events, target);
    if ('receipts' in answer) return answer.receipts;
    if (!answer.mayPass || attempt === attempts) throw answer.error;
    const longest = Math.min(longestPauseMs, FIRST_PAUSE_MS * 2 ** attempt);
    await pause(answer.retryAfterMs + Math.random() * longest);
  }
}

type Answer =
  | { readonly receipts: Receipt[] }
  | { readonly error: Error; readonly mayPass: boolean; readonly retryAfterMs: number };

async function post(events: readonly object[], { url, apiKey }: Target): Promise<Answer> {
  try {
    const response = await fetch(new URL('/api/audit-logs', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const body = (await response.json()) as { data: Receipt[]; detail?: string };
    if (response.ok) return { receipts: body.data };
    return {
      error: new Error(`${response.status}: ${body.detail ?? response.statusText}`),
      mayPass: isPassing(response.status),
      retryAfterMs: 1_000 * (Number(response.headers.get('retry-after')) || 0),
    };
  } catch (error) {
    // No whole answer: the events may be stored or not; their keys make asking again safe.
    return { error: new Error('No answer.', { cause: error }), mayPass: true, retryAfterMs: 0 };
  }
}
