/** A function of Postgres that a guard or a way out of the log is made of. */
export type PostgresqlFunction = readonly [
  name: string,
  parameters: string,
  /** The types of the parameters alone. */
  takes: string,
  returns: string,
  body: string,
];
