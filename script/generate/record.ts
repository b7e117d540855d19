import type { RunRecord } from '../../src/record/run-record.ts'
import { table } from './markdown.ts'

/** The fields of an object, and of the objects in it, as `container.limits`. */
type Paths<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? { [K in keyof T & string]: K | `${K}.${Paths<NonNullable<T[K]>>}` }[keyof T & string]
    : never

/** What each field of the record means. A field without its line does not compile. */
export const RECORD_FIELDS: Record<Exclude<Paths<RunRecord>, `${'phases' | 'outputs'}.${string}`>, string> = {
  schemaVersion: 'Version of this format: 1.',
  session: 'Session part of the name.',
  task: 'Task part of the name.',
  taskId: 'The task’s id as the user wrote it; null when it has none.',
  label:
    'What people call the task: its id as it was given, or `job (22, ubuntu)` from job and matrix; not there in records of earlier versions.',
  status: 'How the task ended.',
  exitCode: 'Exit code of the container; null when none ran to its end.',
  signal: 'The signal that an exit code over 128 stands for, such as `SIGKILL`; else null.',
  error: 'Why the status is not the command’s own doing; null for `succeeded`, `failed` and `skipped`.',
  'error.code': 'One of the [error codes](errors.md).',
  'error.message': 'What happened, to what, and what to do about it.',
  timedOut: 'True when the action stopped the task because its time was up.',
  oomKilled:
    'True when the engine or the kernel says that a process of the container was killed for memory, also when the task went on and exited 0.',
  allowFailure: 'True when the task may fail: its step and the report do not fail for it.',
  tries:
    'All tries of a task that may be tried again (`retry`), each with `status`, `exitCode`, `errorCode`, `startedAt` and `durationSeconds`; all else of the record is of the last one. Missing where no retry was asked for.',
  flaky: 'True when the task succeeded only when it was tried again; else missing.',
  startedAt: 'Start of the step, UTC.',
  finishedAt: 'End of the main part of the step, UTC; null while it runs.',
  durationSeconds: 'Seconds between the two.',
  phases:
    'Milliseconds of each phase that took place: `prepare`, `pull`, `workspace`, `create`, `services`, `run`, `collect`, `remove`.',
  container: 'The container.',
  'container.name': '`acode-{session}-{task}`.',
  'container.id': 'The id that the engine gave it; null when none was created.',
  'container.image': 'The image reference that was run.',
  'container.digest': 'Digest of the image in its registry; the id of the image where no registry has it.',
  'container.platform': 'Operating system and architecture of the image.',
  'container.user': 'User of the task: `uid:gid`, or the name that the image gives.',
  'container.profile': '`strict` or `standard`.',
  'container.network':
    'Network of the container, as the engine names it: the container’s name and a suffix where it is its own.',
  'container.limits': 'Limits; null for each that is not set.',
  'container.limits.cpus': 'Number of CPUs.',
  'container.limits.memoryBytes': 'Bytes of memory, swap included.',
  'container.limits.pids': 'Number of processes and threads.',
  'container.health':
    'The image’s health check while the task ran: `starting`, `healthy` or `unhealthy`; null when the image has none.',
  caches:
    'Cache volumes: `name` as the task gives it, `volume` as the engine does, and `target` in the container.',
  cache: 'Caches that are kept by keys (`cache`); missing when the task asks for none.',
  'cache.saves': 'Whether this run may write caches.',
  'cache.whyNot': 'Why it may not; else null.',
  'cache.entries':
    'Each cache, with `name`, `target` in the container, `key`, `result` (`hit`, `partial` or `miss`), `source` (`machine`, `service` or null), `foundKey`, `bytes` unpacked, `seconds` until it was there, and `saved` with `bytes` and `seconds`, null when it was not kept anew.',
  cacheVolumes:
    'All caches of the machine; missing when they take no more than `cache-max`, or were not measured.',
  'cacheVolumes.bytes': 'What they took before some were removed.',
  'cacheVolumes.maxBytes': 'What they may take, `cache-max`.',
  'cacheVolumes.largest': 'The largest, with `name` and `bytes`; those of other repositories have no name.',
  'cacheVolumes.removed': 'Those that were removed, the least recently used.',
  services:
    'Services of the task, each with `name`, `container`, `image`, `digest`, `profile`, `user`, `startedAt`, `readyAt`, `readyBy`, `finishedAt`, `exitCode`, `oomKilled`, `peakMemoryBytes`, `health` and `log`; missing when it has none.',
  commandSummary:
    'The command in one line of at most 200 characters. Of a script only shell, path and number of lines.',
  toolchain: 'The toolchain that named the image; null when none did.',
  'toolchain.requested': 'As the task wrote it.',
  'toolchain.resolved': '`name@version` with the default in place; of several all, with blanks between.',
  'toolchain.image': 'The image that it led to.',
  'toolchain.source': '`catalog`, or the path of the toolchains file, or the places that name the version.',
  made: 'Images that were made for the task or a service of it. Missing when none was.',
  check: 'What the check of the image found; missing when it was not checked.',
  'check.startSeconds':
    'Seconds until it ran, or until its health check said so; null when it did not get that far.',
  'check.exitCode': 'Its exit code without arguments; null when it ran until it was stopped.',
  'check.health': '`healthy`, `unhealthy` or `starting`; null when the image has no health check.',
  'check.stopSeconds': 'Seconds between SIGTERM and its end; null when it ended by itself.',
  'check.findings': 'What is to be said of it, the worst first.',
  usage:
    'What the task used, read from the kernel’s counters on the machine of the runner, or asked of the engine where these are not seen; null when neither is known.',
  'usage.peakMemoryBytes':
    'The highest memory use, caches of files included; the limit when the task was killed for it. Null when the end of the task was not seen.',
  'usage.cpuSeconds': 'CPU time, read at the task’s end; null when that was not seen.',
  'usage.samples':
    'What it used over time, in at most 60 steps of equal length from its start; missing when nothing was read, and in records of earlier versions.',
  'usage.samples.stepSeconds': 'Seconds of a step: 1, and doubled as often as 60 steps are too few.',
  'usage.samples.memoryBytes':
    'The most memory in use that was seen in each step; null when nothing was read.',
  'usage.samples.cpuSeconds': 'All CPU time until the end of each step; null when nothing was read.',
  egress: 'Where the task went and where it was kept from; missing when its egress is open.',
  'egress.mode': '`none`, `audit` or `list`.',
  'egress.allowed':
    'Hosts that it reached: `host`, `port`, `count` of tunnels and requests, `sentBytes` and `receivedBytes`; 200 of them at most.',
  'egress.denied':
    'Hosts that it was kept from: `host`, `port`, `count`, the `reason`, and the `line` that would allow it (null when none does); 200 of them at most.',
  'egress.furtherAllowed': 'Tunnels and requests to hosts that are not among them.',
  'egress.furtherDenied': 'The same of those that it was kept from.',
  workspace: 'The workspace; null when the task did not get that far.',
  'workspace.method': '`overlay`, `clone`, `copy`, `bind` or `none`.',
  'workspace.reason': 'Why this method.',
  'workspace.path': 'Where it appeared in the container.',
  'workspace.changedFiles': 'Files that the task added or modified; null when the method does not show it.',
  'workspace.deletedFiles': 'Files that the task deleted; null when the method does not show it.',
  'workspace.addedLines':
    'Lines that the patch adds; missing when there is none, or it is too long to be counted.',
  'workspace.removedLines': 'Lines that it removes; missing likewise.',
  'workspace.ignoredFiles': 'Changed files that git ignores, which are left out.',
  'workspace.warnings':
    'What of the changes is not there or comes in another form than a patch, and why; missing when there is nothing to say.',
  'workspace.commits': 'References in `commits.bundle`; 0 when the task made no commit.',
  'workspace.kept': 'Where a failed task’s working copy was kept; null when none was.',
  'workspace.repositories':
    'Repositories below the workspace with changes, such as submodules: `path`, and in the record `patch`, `bundle` and the number of Git LFS files next to the patch.',
  cleanup: 'What was removed and what is left, by main and post.',
  'cleanup.removed':
    'Containers of this task that were removed; after a killed main also its volumes and network, and the changes that it was applying to the workspace, with how that ended.',
  'cleanup.orphans':
    'Proven orphans of other tasks that were removed, and changes that a killed task was applying to the workspace, with how that ended.',
  'cleanup.kept':
    'Tasks of others that cannot be proven to have ended: the `name` of their container, or of what is left of them, and the `reason`.',
  'cleanup.failed':
    'What could not be removed, why, and the command that removes it; files of another user that could not be given back, likewise.',
  'cleanup.freedBytes':
    'Bytes that removed orphans had written to their containers, as far as the engine says; missing when none were. What volumes hold no engine says cheaply, and is not among it.',
  budgets: 'Figures that budgets are about.',
  'budgets.startupSeconds': 'From the start of the step to the start of the container.',
  'budgets.imageBytes': 'Size of the image.',
  runner: 'The runner.',
  'runner.name': '`RUNNER_NAME`.',
  'runner.os': '`RUNNER_OS`.',
  'runner.arch': '`RUNNER_ARCH`.',
  'runner.version': 'Version of this action.',
  git: 'What the workflow ran for.',
  'git.repository': '`GITHUB_REPOSITORY`.',
  'git.sha': '`GITHUB_SHA`.',
  'git.ref': '`GITHUB_REF`.',
  'git.head':
    'The commit that the checkout has out, on which the patch is based; null when there is none, and not there in records of earlier versions.',
  job: 'The job of the workflow; not there in records of earlier versions.',
  'job.id': 'Its id in the workflow.',
  'job.url': 'Where its log is; null when the runner does not say.',
  'job.workflowRef':
    'The workflow file that the job is written in, `owner/name/path@ref`: in a called workflow that one. Null when the runner does not say.',
  'job.workflowSha': 'The commit of that file.',
  outputs:
    'What the task wrote to `$GITHUB_OUTPUT`, secrets struck out, 16 KiB at most, each value whole or not at all.',
  outputsLeftOut: 'How many outputs are not there: over that, or named with a secret.',
  artifacts:
    'Names of collected files, relative to the folder `artifacts`; the first of them where there are very many.',
  collection:
    'What was collected of what the task left; null when it did not get that far, and not there in records of earlier versions.',
  'collection.files': 'Files, folders and links that were read.',
  'collection.bytes': 'Their bytes, a sparse file by the size that it shows.',
  'collection.exceeded':
    'The limits for which something was left out: `time`, `bytes`, `files`, `depth`, or `cancelled`.',
  'collection.leftOut': 'What was left out, for whatever reason.',
  'collection.leftOut.count': 'How many files and folders; what was not reached is not counted.',
  'collection.leftOut.names': 'The first of their names.',
  'collection.artifacts': 'How many artifacts were collected.',
  'collection.renamed':
    'Artifacts that travel under another name than their own: `name`, and `file` below the folder `artifacts`.',
  'collection.digests':
    'SHA-256 of each artifact, as far as there was time to read them: `name` and `sha256`.',
  tests:
    'What the files that `reports` names say; null when none matches, and not there in records of earlier versions.',
  'tests.total': 'How many tests they hold.',
  'tests.passed': 'How many passed.',
  'tests.failed': 'How many failed or ended in an error.',
  'tests.skipped': 'How many were skipped.',
  'tests.seconds': 'Seconds of all tests together; null when no file says.',
  'tests.failures':
    'The first 50 failed tests: `name`, `suite`, `message`, and `file` (relative to the workspace; null when it is not known to be there) and `line`.',
  'tests.slowest': 'The ten slowest tests: `name`, `suite` and `seconds`.',
  'tests.files':
    'The files, the first 100: `name`, `format` (`junit`, `trx`, `ctrf`, or null for none of them) and `fault`, why its tests are not all that it should hold.',
}

/** What the fields of a list's items mean, for tools; the table says it with the list. */
export const RECORD_ITEMS: Readonly<Record<string, string>> = {
  'tries.status': 'How the try ended.',
  'tries.exitCode': 'Exit code of its container; null when none ran to its end.',
  'tries.errorCode': 'Error code of its end; null when it had none.',
  'tries.startedAt': 'Its start, UTC.',
  'tries.durationSeconds': 'How long it took, removal included.',
  'cache.entries.name': 'The tool, or the path that the task names.',
  'cache.entries.target': 'Where it was in the container.',
  'cache.entries.key': 'Its key.',
  'cache.entries.result':
    '`hit`: there was one of its key; `partial`: of one that begins alike; `miss`: it began empty.',
  'cache.entries.source': 'Whether the machine or the service had it; null for a miss.',
  'cache.entries.foundKey': 'The key of what was found; null for a miss.',
  'cache.entries.bytes': 'How much it was, unpacked; null for a miss.',
  'cache.entries.seconds': 'How long it took until it was there.',
  'cache.entries.saved': 'What was kept anew; null when nothing was.',
  'cache.entries.saved.bytes': 'How much it was, unpacked.',
  'cache.entries.saved.seconds': 'How long it took to pack it.',
  'cacheVolumes.largest.name': 'Its name, where it is of this repository.',
  'cacheVolumes.largest.bytes': 'What it takes.',
  'cacheVolumes.removed.name': 'Its name, where it is of this repository.',
  'cacheVolumes.removed.bytes': 'What it took.',
  'made.kind':
    '`composed` of several toolchains, `built` from a Dockerfile, `features` of a development container, or `setup`.',
  'made.image': 'Its name on the engine.',
  'made.isBuilt': 'False when the engine had it, or a build had all of it from its layers.',
  'made.bytes': 'Its size.',
  'made.layers': 'Number of its layers.',
  'made.seconds': 'How long that took; missing when it was there.',
  'made.from': 'What it is made of; empty when a Dockerfile of the workspace says it.',
  'made.from.image': 'Reference of an image or a feature that it is made of.',
  'made.from.digest': 'Digest of that; of an image that no registry has, its id.',
  'made.from.toolchain': 'The toolchain that comes from it; missing when it is none.',
  'made.tools': 'What each tool printed of its version.',
  'made.dockerfile': 'The Dockerfile, a file of the record; of one that was built, a file of the workspace.',
  'services.name': 'The name under which the task reached it.',
  'services.container': 'Name of its container; null when there was none yet.',
  'services.image': 'The image reference; null when it was not known yet.',
  'services.digest': 'Digest of the image in its registry; the id of the image where no registry has it.',
  'services.profile': '`strict`, `standard` or `privileged`.',
  'services.user': 'Its user: `uid:gid`, or as the image names it; null when it was not known yet.',
  'services.startedAt': 'When it was started, UTC; null when it was not.',
  'services.readyAt': 'When it was ready, UTC; null when it was not.',
  'services.readyBy': 'What it was ready by: its health check, a port, a line of its log, or its start.',
  'services.finishedAt': 'When it ended or was removed, UTC.',
  'services.exitCode': 'Its exit code when it ended by itself; null when it ran until it was removed.',
  'services.oomKilled': 'Whether it was killed for memory.',
  'services.peakMemoryBytes': 'The highest memory use that was seen; null when it cannot be read.',
  'services.health': 'Its health check at the end; null when it has none.',
  'services.log': 'Its log, relative to the record; null when it was not started.',
  'caches.name': 'As the task gives it.',
  'caches.volume': 'Name of the volume as the engine knows it.',
  'caches.target': 'Where it appears in the container.',
  'cleanup.kept.name': 'Name of the container, or of what else is left of its task.',
  'cleanup.kept.reason': 'Why it is not a proven orphan.',
  'collection.renamed.name': 'Its own name.',
  'collection.renamed.file': 'Its path below the folder artifacts.',
  'collection.digests.name': 'Its path below the folder artifacts.',
  'collection.digests.sha256': 'Hexadecimal digits.',
  'workspace.repositories.path': 'Its folder, relative to the workspace.',
  'workspace.repositories.patch': 'Its patch, relative to the record; null when there is none.',
  'workspace.repositories.bundle': 'Its bundle of commits, relative to the record; null when there is none.',
  'workspace.repositories.lfsFiles': 'Contents of Git LFS that the patch has pointers to.',
  'egress.allowed.host': 'Name or address.',
  'egress.allowed.port': 'Port.',
  'egress.allowed.count': 'Tunnels and requests.',
  'egress.allowed.sentBytes': 'Bytes from the task.',
  'egress.allowed.receivedBytes': 'Bytes to the task.',
  'egress.denied.host': 'Name or address.',
  'egress.denied.port': 'Port.',
  'egress.denied.count': 'Tunnels and requests.',
  'egress.denied.reason': 'Why it was kept from there (docs/egress.md).',
  'egress.denied.line': 'The line of egress that would allow it; null when none does.',
  'tests.failures.name': 'Name of the test.',
  'tests.failures.suite': 'Class, suite or file that it belongs to; null when the file does not say.',
  'tests.failures.message': 'Why it failed; null when the file does not say.',
  'tests.failures.file':
    'Where it failed, relative to the workspace; null when the checkout has no such file.',
  'tests.failures.line': 'The line there, from 1; null when it is not known.',
  'tests.slowest.name': 'Name of the test.',
  'tests.slowest.suite': 'Class, suite or file that it belongs to; null when the file does not say.',
  'tests.slowest.seconds': 'How long it took.',
  'tests.files.name': 'Its name below the workspace or the folder artifacts.',
  'tests.files.format': 'What it is; null when it is none of these.',
  'tests.files.fault': 'Why its tests are not all that it should hold; null when they are.',
}

/** The table of docs/record.md. */
export function recordTable(): string {
  return table(
    ['field', 'meaning'],
    Object.entries(RECORD_FIELDS).map(([field, meaning]) => [`\`${field}\``, meaning]),
  )
}
