/** Text of at most so many characters. */
export function shorten(text: string, longest: number): string {
  const characters = text.length > longest ? [...text.slice(0, longest * 2 + 2)] : []
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text
}
