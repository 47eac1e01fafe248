import pg from 'pg';
import type { Fields } from './wire-rows.ts';

/** A column of an answer, as Postgres describes it. */
export type Column = Pick<pg.FieldDef, 'name' | 'dataTypeID'>;

const TEXT = 25;

/**
 * Makes what makes rows of these columns. It is made as code, so that V8 gives all rows of a statement
 * one shape at once, where a loop over names would lead each row through all shapes before.
 */
export function rowMaker(
  columns: readonly Column[],
  types: pg.CustomTypesConfig = pg.types,
): (fields: Fields) => object {
  const parsers = columns.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text'));
  const members = columns.map(({ name, dataTypeID }, at) => {
    const parsed = `fields[${at}] === null ? null : parse${at}(fields[${at}])`;
    return `${JSON.stringify(name)}: ${dataTypeID === TEXT ? `fields[${at}]` : parsed}`;
  });
  const names = columns.map((_, at) => `parse${at}`);
  return new Function(...names, `return (fields) => ({ ${members.join(', ')} })`)(...parsers);
}
