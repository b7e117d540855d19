import type { Wanted } from './choose-base.ts'

/** A line of the test begins with it, then comes the tool's name. */
const MARK = 'acode-tool:'

/** A script that lets each tool print its version, and fails where one cannot. Every user may write its HOME. */
export function smokeScript(all: readonly Pick<Wanted, 'name' | 'part'>[]): string {
  const tests = all.flatMap(({ name, part }) =>
    part === null ? [] : [`echo '${MARK} ${name}'`, `${part.version} 2>&1 || failed="$failed ${name}"`],
  )
  return [
    'export HOME=/tmp',
    'failed=',
    ...tests,
    '[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }',
  ].join('\n')
}

/** The first line with a number that each tool printed, by its name; empty for one that printed none. */
export function printedBy(output: string): Record<string, string> {
  const printed = new Map<string, string>()
  let tool: string | null = null
  for (const line of output.split(/\r?\n/)) {
    if (line.startsWith(MARK)) {
      tool = line.slice(MARK.length).trim()
      printed.set(tool, '')
    } else if (tool !== null && printed.get(tool) === '' && /\d/.test(line)) printed.set(tool, line.trim())
  }
  return Object.fromEntries(printed)
}
