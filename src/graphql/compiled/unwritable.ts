/** The answer would hold an error, or is none that can be written: the ordinary executor says which. */
export class Unwritable extends Error {}
