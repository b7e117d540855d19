/** There was no answer in time. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
}

/**
 * What the artifact service is asked for, given up after so long. A request that is given up goes on: the process
 * has to be ended when its own work is done.
 * @throws UnansweredError
 */
export function answerWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new UnansweredError(
          `the artifact service did not answer within ${Math.round(milliseconds / 1000)} s`,
        ),
      )
    const timer = setTimeout(late, milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
