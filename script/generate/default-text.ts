/** A description without its last sentence where that says the default, and the default; null when none is said. */
export function splitDefault(description: string): { meaning: string; fallback: string | null } {
  const found = /^(.*?) ?\bDefault:? (.*?)[.]?$/s.exec(description)
  return { meaning: found?.[1] ?? description, fallback: found?.[2] ?? null }
}
