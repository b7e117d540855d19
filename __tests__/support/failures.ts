import { TaskError } from '../../src/errors.ts'

/** The TaskError that the work throws, as the user sees it. */
export async function failureOf(work: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await work()
  } catch (error) {
    if (error instanceof TaskError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}
