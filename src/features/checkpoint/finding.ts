/** One thing that was looked at. */
export interface Finding {
  /** `broken`: the log is not what was recorded or signed. `noted`: worth knowing. */
  readonly verdict: 'sound' | 'noted' | 'broken';
  readonly text: string;
}
