import type { Status } from '../errors.ts'
import type { AskedAnnotations } from '../github/task-annotations.ts'
import type { Collected } from './collect/collect.ts'
import type { Try } from './record-parts.ts'
import type { RunRecord } from './run-record.ts'
import type { PatchLines } from './summary/diffstat.ts'

type Container = RunRecord['container']
type Cleanup = RunRecord['cleanup']

/** The image that a task asks for. */
export interface ImageFacts {
  readonly reference: string
  /** How it was found by its toolchain; null when the task names it. */
  readonly toolchain: RunRecord['toolchain']
}

/** The image that the engine has for it. */
interface FoundImageFacts {
  readonly id: string
  readonly digest: string | null
  readonly platform: string
  readonly bytes: number
}

/** What is known of a container before it is created. */
export type PlanFacts = Pick<Container, 'user' | 'profile' | 'network' | 'limits'> &
  Pick<RunRecord, 'commandSummary'> & { readonly caches: readonly NonNullable<RunRecord['caches']>[number][] }

/** How the container ended. */
export type EndFacts = Pick<
  RunRecord,
  'status' | 'exitCode' | 'signal' | 'error' | 'timedOut' | 'oomKilled'
> & {
  readonly health: string | null
  /** From the start of the action to that of the container. */
  readonly startupSeconds: number
}

/** What a task changed in its workspace. */
export interface ChangeFacts {
  readonly changedFiles: number
  readonly deletedFiles: number
  readonly ignoredFiles: number
  readonly commits: number
  /** Lines of the patch; absent where they were not counted. */
  readonly lines?: PatchLines
  readonly warnings: readonly string[]
  /** Further repositories with changes. */
  readonly repositories?: readonly NonNullable<NonNullable<RunRecord['workspace']>['repositories']>[number][]
}

/** What a task left for the workflow. */
type CollectedFacts = Partial<
  Pick<RunRecord, 'outputs' | 'outputsLeftOut' | 'artifacts' | 'collection' | 'tests'>
>

/** How a run ended, where that is not how its container ended. */
interface Verdict {
  readonly status: Status
  readonly error: RunRecord['error']
}

/** Everything that the steps of a run have found out so far; what is not known yet is absent. */
export interface Facts {
  readonly mayFail?: boolean
  /** Of a task that may be tried again; adds to those before. */
  readonly tries?: readonly Try[]
  /** The commit that the checkout has out. */
  readonly head?: string | null
  readonly wanted?: ImageFacts
  readonly image?: FoundImageFacts
  /** Images that were made for it; one that is said again replaces what was said of it before. */
  readonly made?: readonly NonNullable<RunRecord['made']>[number][]
  readonly workspace?: Pick<NonNullable<RunRecord['workspace']>, 'method' | 'reason' | 'path'>
  readonly plan?: PlanFacts
  readonly check?: NonNullable<RunRecord['check']>
  readonly containerId?: string
  /** What the task got of caches that are kept by keys. */
  readonly cache?: NonNullable<RunRecord['cache']>
  /** What all caches of the machine take, where that is too much. */
  readonly cacheVolumes?: NonNullable<RunRecord['cacheVolumes']>
  /** What is known of the task's services. */
  readonly services?: readonly NonNullable<RunRecord['services']>[number][]
  readonly usage?: RunRecord['usage']
  /** Where the task went, and where it was kept from. */
  readonly egress?: NonNullable<RunRecord['egress']>
  readonly end?: EndFacts
  /** What the task asked to be annotated. */
  readonly annotations?: AskedAnnotations
  readonly changes?: ChangeFacts
  /** The folder in which a failed task's working copy is kept. */
  readonly kept?: string
  readonly collected?: CollectedFacts
  /** The file of the task's changes, in the record. */
  readonly patch?: string | null
  /** What the workflow gets. */
  readonly left?: Collected
  readonly verdict?: Verdict
  /** Each list, and the bytes, add to what earlier steps said. */
  readonly cleanup?: Partial<{ readonly [Key in keyof Cleanup]: Readonly<Cleanup[Key]> }>
}

/** The facts with more of them: what is said again replaces what was said before, and lists of the cleanup grow, as do its bytes. */
export function withFacts(facts: Facts, more: Facts): Facts {
  const all = {
    ...facts,
    ...more,
    ...(more.tries && { tries: [...(facts.tries ?? []), ...more.tries] }),
    ...(more.made && { made: withMade(facts.made ?? [], more.made) }),
  }
  return more.cleanup ? { ...all, cleanup: joined(facts.cleanup, more.cleanup) } : all
}

const withMade = (known: NonNullable<Facts['made']>, more: NonNullable<Facts['made']>) => [
  ...known.filter(({ image }) => more.every((one) => one.image !== image)),
  ...more,
]

/** What is so of a run whatever its next try brings. */
export const ofAllTries = ({ mayFail, tries, cleanup, wanted, image, made }: Facts): Facts => ({
  ...(mayFail !== undefined && { mayFail }),
  ...(tries && { tries }),
  ...(cleanup && { cleanup }),
  ...(wanted && { wanted }),
  ...(image && { image }),
  ...(made && { made }),
})

function joined(first: Facts['cleanup'], more: Facts['cleanup']): Cleanup {
  const both = <T>(one: readonly T[] = [], other: readonly T[] = []) => [...new Set([...one, ...other])]
  const freedBytes = (first?.freedBytes ?? 0) + (more?.freedBytes ?? 0)
  return {
    removed: both(first?.removed, more?.removed),
    orphans: both(first?.orphans, more?.orphans),
    kept: both(first?.kept, more?.kept),
    failed: both(first?.failed, more?.failed),
    ...(freedBytes > 0 && { freedBytes }),
  }
}

/** The record of a run: how it began, and what its steps found out since. The one place that puts it together. */
export function recordOf(begun: RunRecord, facts: Facts): RunRecord {
  const { wanted, image, plan, end, collected, verdict } = facts
  const known: RunRecord = {
    ...begun,
    ...(facts.mayFail && { allowFailure: true }),
    ...(facts.tries && { tries: [...facts.tries] }),
    ...(wanted?.toolchain && { toolchain: wanted.toolchain }),
    ...(facts.made && { made: [...facts.made] }),
    ...(plan && { commandSummary: plan.commandSummary, caches: [...plan.caches] }),
    ...(facts.check && { check: facts.check }),
    ...(facts.cache && { cache: facts.cache }),
    ...(facts.cacheVolumes && { cacheVolumes: facts.cacheVolumes }),
    ...(end && endIn(end)),
    ...(facts.usage && { usage: facts.usage }),
    ...(facts.egress && { egress: facts.egress }),
    ...(facts.services && { services: [...facts.services] }),
    ...collected,
    ...verdict,
    git: { ...begun.git, ...(facts.head !== undefined && { head: facts.head }) },
    container: {
      ...begun.container,
      ...(wanted && { image: wanted.reference }),
      ...(image && { digest: image.digest ?? image.id, platform: image.platform }),
      ...(plan && containerIn(plan)),
      ...(facts.containerId !== undefined && { id: facts.containerId }),
      ...(end && { health: end.health }),
    },
    budgets: {
      imageBytes: image?.bytes ?? begun.budgets.imageBytes,
      startupSeconds: end?.startupSeconds ?? begun.budgets.startupSeconds,
    },
    workspace: facts.workspace ? workspaceIn(facts.workspace, facts) : begun.workspace,
    cleanup: joined(begun.cleanup, facts.cleanup),
  }
  return passedOnRetry(known) ? { ...known, flaky: true } : known
}

/** Another try before this one did not succeed. */
const passedOnRetry = ({ status, tries = [] }: RunRecord): boolean =>
  status === 'succeeded' && tries.some((one) => one.status !== 'succeeded')

function endIn({ status, exitCode, signal, error, timedOut, oomKilled }: EndFacts): Partial<RunRecord> {
  return { status, exitCode, signal, error, timedOut, oomKilled }
}

function containerIn({ user, profile, network, limits }: PlanFacts): Partial<Container> {
  return { user, profile, network, limits }
}

function workspaceIn(
  { method, reason, path }: NonNullable<Facts['workspace']>,
  { changes, kept }: Facts,
): RunRecord['workspace'] {
  return {
    ...{ method, reason, path },
    changedFiles: changes?.changedFiles ?? null,
    deletedFiles: changes?.deletedFiles ?? null,
    ...(changes && { ignoredFiles: changes.ignoredFiles, commits: changes.commits }),
    ...changes?.lines,
    ...(changes && changes.warnings.length > 0 && { warnings: [...changes.warnings] }),
    ...(changes?.repositories?.length && { repositories: [...changes.repositories] }),
    kept: kept ?? null,
  }
}
