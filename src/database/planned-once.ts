/**
 * A statement of SQLite with every `$1` or `@name` behind a plus, which does nothing. The planner looks
 * into the values of those that stand bare, and then parses and plans the statement anew whenever
 * others are bound: a third to a half of the time of a short one.
 */
export const plannedOnce = (text: string): string => text.replace(/[$@]\w+/g, '+$&');
