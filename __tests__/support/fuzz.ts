import * as fc from 'fast-check'

const seconds = Number(process.env.ACODE_FUZZ_SECONDS ?? 0)

/**
 * How often a property is tried on random input: `runs` times, or for `ACODE_FUZZ_SECONDS` seconds (script/fuzz),
 * and then it is printed how often that was.
 */
export const fuzzed = <Input>(runs: number): fc.Parameters<Input> =>
  seconds === 0
    ? { numRuns: runs }
    : {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: seconds * 1000,
        endOnFailure: true,
        reporter: (details) => {
          console.log(`${details.numRuns} runs in ${seconds} s`)
          if (details.failed) throw new Error(fc.defaultReportMessage(details))
        },
      }

/** How long the test of a property may take, in milliseconds. */
export const FUZZ_TIMEOUT_MS = seconds * 1000 + 120_000
