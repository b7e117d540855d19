// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOURS = /\u001b\[[0-9;]*m/g
/** What BuildKit puts in front of what a step prints: its number and the seconds since it began. */
const STEP = /^#\d+ \d+\.\d+ /

/** A line of a builder as its step printed it, without colours. */
export const builderLine = (printed: string): string =>
  printed.replace(COLOURS, '').replace(STEP, '').trimEnd()
