import type { ContainerInput } from '../../src/task/contract.ts'

/** What each field of a container object means, for editors. A field without its line does not compile. */
export const CONTAINER_FIELDS: Record<keyof ContainerInput, string> = {
  enabled: 'False starts nothing; the record then says skipped.',
  image: 'Image reference, any registry, tag or digest.',
  toolchain: 'A toolchain of the catalog instead of an image, such as node@22.',
  command: 'List of arguments, passed as is. The ENTRYPOINT of the image stays unless entrypoint is given.',
  run: 'A script, of any number of lines, instead of command. With neither, the own command of the image runs.',
  shell: 'Shell for run: sh, bash, python, pwsh, or a template with {0}.',
  entrypoint: 'Overrides the ENTRYPOINT of the image: one executable, or a list; [] switches it off.',
  workdir:
    'Working directory, relative to the workspace or absolute; it has to exist. Default the workspace.',
  env: 'Environment variables of the task.',
  artifactsSubdir: 'Folder in the artifact that holds the record.',
  timeoutSeconds: 'How long the task may run: seconds, or a duration such as 90s, 30m or 2h.',
  stopGraceSeconds: 'Time between SIGTERM and SIGKILL when the task is stopped.',
  resources: 'Limits of CPUs, memory and processes.',
  pull: 'When the image is pulled.',
  cacheVolumes: 'Volumes of this repository that outlive the task.',
  engineVolumes: 'Volumes that the engine has already, mounted as they are.',
  mounts: 'Files and folders of the runner; a relative source is below the workspace.',
  labels: 'Labels of the container. Names that begin with acode. are taken.',
  platform: 'Platform of the image, such as linux/arm64.',
  gpus: 'GPUs, as docker create --gpus takes them, such as all.',
  runtime: 'Container runtime, as docker create --runtime takes it.',
  shmSize: 'Size of /dev/shm: bytes, or a size such as 1g.',
  network:
    'task (one of the task’s own), bridge (the engine’s, shared), none, host (refused in profile strict), or the name of an existing network.',
  user: 'runner (uid and gid of the runner), image, uid[:gid], or names of the image.',
  init: 'Whether an init process reaps zombies and passes signals on. Default true.',
  profile:
    'strict: no capabilities, no new privileges, not root unless the runner is. standard: the defaults of Docker, and no new privileges.',
  readOnly: 'Read-only root file system, with a writable /tmp in memory.',
  options: 'Further docker create options, quoted as for a shell, which expands nothing.',
  workspace:
    'How the task gets its workspace: auto, overlay, clone, copy, bind (the folder of the runner, shared) or none (an empty one).',
  includeIgnored: 'Globs of files that git ignores and that count as changes all the same.',
  repositoryPath:
    'Folder of the repository whose changes are collected, relative to the workspace; by default that of workdir, else the workspace.',
  changes: 'What happens to the file changes of the task: patch, apply or discard.',
  workspacePath: 'Where the workspace appears in the container. Default the same path as on the runner.',
  workspaceUncommitted: 'Whether what is not committed is there too, and untracked files.',
  artifacts: 'Globs below the workspace, collected with the record.',
  collectTimeoutSeconds:
    'How long collecting may take of what the task left: seconds, or a duration such as 5m.',
  collectMaxBytes: 'How much of that is collected: bytes, or a size such as 10g.',
  collectMaxFiles: 'How many files, folders and links of it are collected.',
  collectMaxDepth: 'How deep its folders may be nested.',
  workflowCommands: 'Whether the output of the task can issue workflow commands.',
  allowFailure:
    'Whether the task may fail: its step and job succeed all the same, and the report shows it as failed but allowed.',
  onCancel:
    'What a task is that a cancel ended while it ran: cancelled, or succeeded for a service of later steps.',
}

/** What each field of a task in a task file means. */
export const FILE_FIELDS = {
  'allow-failure': 'Whether the task may fail, the same as allowFailure of its container.',
  id: 'Name of the task, unique in the file.',
  requiredCapabilities: 'What a runner has to offer; docker is added where a container is enabled.',
  runsOn: 'Label or labels of the runner, as runs-on of a job takes them.',
  paths: 'The task is left out where none of these changed. Patterns as in on.push.paths of a workflow.',
  strategy:
    'Lists of values by key, with include and exclude as in the matrix of a job: a task for each combination.',
}
