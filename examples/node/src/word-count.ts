/** How often each word occurs, the most frequent first, then by alphabet. */
export function countWords(text: string): [word: string, count: number][] {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{Letter}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([word, count], [other, otherCount]) => otherCount - count || (word < other ? -1 : 1));
}
