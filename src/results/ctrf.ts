import { JSONParser } from '@streamparser/json'
import { z } from 'zod'
import { testPlaceIn } from './place.ts'
import { type Chunks, lineNumber, reportedSeconds, type TestCase, type TestSink } from './test-case.ts'

/** A test in a report, with what we read of it; what is not as it should be counts as not there. */
const testSchema = z.object({
  name: z.string().catch(''),
  status: z.string().catch('other'),
  duration: z.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  trace: z.string().optional().catch(undefined),
  suite: z
    .union([z.string(), z.array(z.string()).transform((names) => names.join(' › '))])
    .optional()
    .catch(undefined),
  filePath: z.string().optional().catch(undefined),
  line: z.number().optional().catch(undefined),
})

/** Deeper than any report; each level costs memory until it ends. */
const MOST_DEPTH = 200

/**
 * Reads CTRF (https://ctrf.io), test by test.
 * @throws Error when it is no JSON, ends in its middle, or goes over a bound
 */
export async function readCtrf(chunks: Chunks, sink: TestSink): Promise<void> {
  const parser = new JSONParser({ paths: ['$.results.tests.*'], keepStack: false })
  let hasEnded = false
  parser.onValue = ({ value }) => {
    const test = testSchema.safeParse(value)
    if (test.success) sink(testOf(test.data))
  }
  parser.onEnd = () => {
    hasEnded = true
  }
  const depth = depthMeter()
  for await (const chunk of chunks) {
    parser.write(chunk)
    if (depth(chunk) > MOST_DEPTH) throw new Error(`it is nested more than ${MOST_DEPTH} deep`)
  }
  if (!hasEnded) throw new Error('it ends in its middle')
}

/** The deepest nesting that a text has had so far, given in pieces; brackets in strings are none. */
function depthMeter(): (text: string) => number {
  let [depth, deepest] = [0, 0]
  let inString = false
  let isEscaped = false
  return (text) => {
    for (const [token] of text.matchAll(/["\\[\]{}]|[^"\\[\]{}]+/g)) {
      const wasEscaped = isEscaped
      isEscaped = false
      if (inString) {
        if (token === '\\') isEscaped = !wasEscaped
        else if (token === '"' && !wasEscaped) inString = false
      } else if (token === '"') inString = true
      else if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth)
      else if (token === '}' || token === ']') depth--
    }
    return deepest
  }
}

function testOf(test: z.output<typeof testSchema>): TestCase {
  const outcome = test.status === 'passed' || test.status === 'failed' ? test.status : 'skipped'
  return {
    name: test.name,
    suite: test.suite || test.filePath || null,
    outcome,
    seconds: reportedSeconds(test.duration, 1 / 1000),
    message: outcome === 'failed' ? (test.message ?? test.trace ?? null) : null,
    place: outcome === 'failed' ? testPlaceOf(test) : null,
  }
}

function testPlaceOf({
  filePath = '',
  line,
  trace = '',
  message = '',
}: z.output<typeof testSchema>): TestCase['place'] {
  const found = testPlaceIn(`${trace}\n${message}`, filePath || null)
  return found?.line == null && filePath !== '' ? { file: filePath, line: lineNumber(line) } : found
}
