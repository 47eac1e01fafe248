/**
 * Lower-cases by Unicode's simple mapping: code point by code point, whatever stands beside it.
 * The two letters whose full mapping differs come first: İ grows, and Σ has another form at a word's end.
 */
export const fold = (text: string): string =>
  text.replace(/[İΣ]/g, (letter) => (letter === 'Σ' ? 'σ' : 'i')).toLowerCase();
