import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { GENERATED, table } from './markdown.ts'

const fileSchema = z.array(
  z.strictObject({
    area: z.string(),
    requirements: z.array(
      z.strictObject({
        id: z.string().regex(/^[A-Z]+-\d+$/),
        text: z.string(),
        /** What there is of it so far, where it is not met yet. */
        later: z.string().optional(),
      }),
    ),
  }),
)

/** Each requirement with the test files whose titles name it. */
export function requirementsPage(requirementsJson: string, tests: string): string {
  const areas = fileSchema.parse(JSON.parse(requirementsJson))
  const ids = new Set(areas.flatMap(({ requirements }) => requirements.map(({ id }) => id)))
  const files = testsById(tests, ids)
  const sections = areas.map(({ area, requirements }) => {
    const met = requirements.filter(({ later }) => later === undefined)
    const open = requirements.flatMap(({ later, ...rest }) =>
      later === undefined ? [] : [{ later, ...rest }],
    )
    const shown = (id: string) => (files.get(id) ?? []).map((file) => `[${file}](../__tests__/${file})`)
    const parts = [`## ${area}`]
    if (met.length > 0)
      parts.push(
        table(
          ['id', 'requirement', 'shown by'],
          met.map(({ id, text }) => [id, text, shown(id).join('<br>') || 'no test yet']),
        ),
      )
    if (open.length > 0)
      parts.push(
        'Later:',
        table(
          ['id', 'requirement', 'so far'],
          open.map(({ id, text, later }) => [id, text, [later, ...shown(id)].join('<br>')]),
        ),
      )
    return parts.join('\n\n')
  })
  return `${GENERATED}
# Requirements

What the product has to do, and the tests that show it. A test names the ids of its requirements in its title;
this page is made from those titles and from [requirements.json](requirements.json).

${sections.join('\n\n')}
`
}

/** The test files by the id of a requirement that a title of theirs names. */
function testsById(folder: string, ids: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of testFiles(folder))
    for (const id of idsInTitles(readFileSync(join(folder, file), 'utf8')))
      if (ids.has(id)) found.set(id, [...(found.get(id) ?? []), file])
  return found
}

/** Relative to the folder, in an order that does not depend on the file system. */
function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
}

/** Titles are texts in quotes, on lines that are no comments. */
function idsInTitles(source: string): Set<string> {
  const code = source.split('\n').filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
  const quoted = code.flatMap((line) => line.match(/(['"`]).*\1/g) ?? [])
  return new Set(quoted.flatMap((text) => text.match(/\b[A-Z]{3}-\d+\b/g) ?? []))
}
