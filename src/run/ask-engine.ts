import type { Docker } from '../engine/docker.ts'
import { type OwnPlace, ownPlace } from '../engine/own-container.ts'
import { type EngineMode, engineMode } from '../engine/rootless.ts'

/** What a run needs to know of its engine. */
export type EngineFacts = EngineMode & OwnPlace

/** Asks once what the engine is like, and how it names this machine's files. */
export async function askEngine(docker: Docker): Promise<EngineFacts> {
  const [mode, place] = await Promise.all([engineMode(docker), ownPlace(docker)])
  return { ...mode, ...place }
}
