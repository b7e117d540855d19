import type { RunState } from '../../src/run/context/state.ts'
import { deadOwner } from './keeping-engine.ts'

const never = new AbortController().signal

/** A runner that does not ask for an end. */
export const SIGNALS = { cancel: never, force: never, late: never, end: () => undefined }

/** What a main kept for post that has ended since; nothing of it is published. */
export const killedState = (folder: string): RunState => ({
  ...{ folder, artifactsSubdir: 'container', container: 'acode-s1-unit', session: 's1', task: 'unit' },
  ...{ startedAt: '2026-01-02T03:04:05.000Z', workspace: `${folder}/workspace`, owner: deadOwner() },
  ...{ marker: `ACODE_ENGINE_CALLER=${'0'.repeat(36)}`, artifact: 'record' },
  upload: 'never',
  summary: 'never',
})
