import { EngineError } from '../engine/errors.ts'

/** A handler of questions that the engine may leave without an answer: null then. Other errors are thrown on. */
export function nullIfUnanswered(error: unknown): null {
  if (error instanceof EngineError) return null
  throw error
}
