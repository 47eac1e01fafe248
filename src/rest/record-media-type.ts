const NDJSON = /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)\s*(;\s*charset="?utf-?8"?\s*)?$/i;

/** Whether a Content-Type names one JSON value a line, in UTF-8. */
export const isNdjson = (type: string | null | undefined): boolean => NDJSON.test(type ?? '');
