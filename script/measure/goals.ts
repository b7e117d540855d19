/** What a bench found, beside what it is to be. */
export interface Row {
  readonly work: string
  readonly figure: number
  /** The bound: at most this, or at least. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number }
  /** Of the figure; default none: it is a ratio. */
  readonly unit?: string
  /** What else is to be known of it. */
  readonly more?: string
}

/** Prints rows as a Markdown table, which docs/performance.md has too. */
export function printGoals(rows: readonly Row[]): void {
  console.log('\n| work | goal | here | holds |\n|---|---|---|---|')
  for (const { work, figure, goal, unit, more } of rows) {
    const shown = (value: number) => (unit === undefined ? value.toFixed(2) : `${Math.round(value)} ${unit}`)
    const [sign, bound] = 'atMost' in goal ? ['≤', goal.atMost] : ['≥', goal.atLeast]
    const holds = 'atMost' in goal ? figure <= bound : figure >= bound
    const here = more === undefined ? shown(figure) : `${shown(figure)} (${more})`
    console.log(`| ${work} | ${sign} ${shown(bound)} | ${here} | ${holds ? 'yes' : 'no'} |`)
  }
}
