import type { ContainerInput } from '../../src/task/contract.ts'

/** What each field of a container object means, for editors. A field without its line does not compile. */
export const CONTAINER_FIELDS: Record<keyof ContainerInput, string> = {
  enabled: 'With false nothing is started, and the record says skipped.',
  image:
    'Image reference, of any registry, with a tag or digest. Default: the image of toolchain; one of the two is needed.',
  digests:
    'Digests by which images of the task are used, by their references; the plan sets it from a lock file.',
  toolchain:
    'A toolchain of the catalog instead of an image, such as node@22; several for one image that has them all, such as node@22 go@1.24; auto, which reads them from the repository’s own files; or devcontainer, what devcontainer.json describes, devcontainer@NAME where there are several. Default: none.',
  build:
    'Folder of the workspace to build the image from, with a Dockerfile; instead of image and toolchain. Default: none.',
  dockerfile: 'Name of the Dockerfile, relative to build. Default: Dockerfile.',
  buildTarget: 'Stage of the Dockerfile to build. Default: its last one.',
  buildArgs:
    'Build arguments (ARG) of the Dockerfile. They are in the history of the image: no place for secrets.',
  buildCache:
    'Where the layers of a build are kept for the next one: local (by the builder), gha (in the cache of GitHub Actions, with BuildKit), registry= and the name of an image, or none. Default: local.',
  check:
    'Whether the image is checked before it is used: that it starts and ends, its health check, secrets baked in. Default: true for what was just built or composed, else false.',
  setup:
    'A script that becomes a layer on the image: it runs as root, once for an engine, and again when the script, the image or a file of setupFiles has changed. Default: none.',
  setupFiles:
    'Globs of files of the workspace that the set-up script needs. It finds them at their paths in its working directory. Default: none.',
  command:
    'List of arguments, passed as they are. The ENTRYPOINT of the image stays unless entrypoint is given. Default: the image’s own command.',
  run: 'A script of any number of lines, instead of command. Default: none.',
  shell: 'Shell for run: sh, bash, python, pwsh, or a template with {0}.',
  entrypoint:
    'Replaces the ENTRYPOINT of the image: one executable, or a list; [] switches it off. Default: the image’s own.',
  workdir:
    'Working directory, relative to the workspace or absolute; it has to exist. Default: the workspace.',
  env: 'Environment variables of the task.',
  artifactsSubdir: 'Folder in the artifact that holds the record.',
  timeout: 'How long the task may run: a duration such as 90s, 30m or 2h, or seconds.',
  timeoutSeconds: 'The same as timeout; give one of the two.',
  stopGrace: 'Time between SIGTERM and SIGKILL when the task is stopped, such as 10s.',
  stopGraceSeconds: 'The same as stopGrace; give one of the two.',
  resources: 'Limits of CPUs, memory and processes.',
  pull: 'When the image is pulled: if-missing, always or never, or a list of them in order: [always, if-missing] takes the one of the engine where the registry fails.',
  cacheVolumes: 'Volumes of this repository that outlive the task.',
  cache:
    'Caches of dependencies that outlive the task: auto finds the tools of the workspace by their lock files; or a list of paths in the container. Default: none.',
  cacheKey:
    'By what a cache of paths is found: the key, then what other keys may begin with. With auto, a word more in the keys. Default: none.',
  cacheMax:
    'Size of all caches together that a machine keeps, bytes or a size; the least recently used go first.',
  engineVolumes: 'Volumes that the engine already has, mounted as they are.',
  mounts: 'Files and folders of the runner.',
  labels: 'Labels of the container. Names that begin with acode. are reserved.',
  platform: 'Platform of the image, such as linux/arm64. Default: the engine’s.',
  gpus: 'GPUs, in the form of docker create --gpus, such as all. Default: none.',
  runtime: 'Container runtime, in the form of docker create --runtime. Default: the engine’s.',
  shmSize: 'Size of /dev/shm: bytes, or a size such as 1g. Default: the engine’s, 64m.',
  network:
    'task (a network for this task alone), bridge (the engine’s, shared), job (that of the job’s services and container), none, host (refused in profile strict), or the name of an existing network.',
  egress:
    'What the task reaches: open (everything), none, audit (all of the internet, and the list that would be needed), or a list of hosts and presets.',
  proxy:
    'Whose proxies the task has: config (what the configuration of Docker says), runner (HTTP_PROXY and the like of the runner), or none.',
  exportEnv:
    'Whether what the task writes to GITHUB_ENV and GITHUB_PATH is passed to the later steps of the job.',
  user: 'runner (uid and gid of the runner), image, uid[:gid], or names of the image.',
  init: 'Whether an init process reaps zombies and passes signals on.',
  profile:
    'strict: no capabilities, no new privileges, not root unless the runner is. standard: the defaults of Docker without MKNOD and SETFCAP, and no new privileges. privileged: what the others refuse, where the owner of the machine allows it.',
  readOnly: 'Read-only root file system, with a writable /tmp in memory.',
  options: 'Further docker create options, quoted as for a shell; nothing is expanded.',
  workspace:
    'How the task gets its workspace: auto, overlay, clone, copy, bind (the folder of the runner, shared) or none (an empty one).',
  includeIgnored: 'Globs of files that git ignores and that count as changes all the same.',
  repositoryPath:
    'Folder of the repository whose changes are collected, relative to the workspace; by default that of workdir, else the workspace.',
  changes: 'What happens to the file changes of the task: patch, apply or discard.',
  workspacePath: 'Where the workspace appears in the container. Default: the same path as on the runner.',
  workspaceUncommitted: 'Whether the task also sees uncommitted changes and untracked files.',
  artifacts: 'Globs below the workspace, collected with the record.',
  reports: 'Globs of test results (JUnit XML, TRX, CTRF JSON) below the workspace or $ARTIFACT_DIR.',
  collectTimeout: 'How long collecting may last of what the task left, such as 5m, or seconds.',
  collectTimeoutSeconds: 'The same as collectTimeout; give one of the two.',
  collectMaxBytes: 'How much of that is collected: bytes, or a size such as 10g.',
  collectMaxFiles: 'How many files, folders and links of it are collected.',
  collectMaxDepth: 'How deep its folders may be nested.',
  workflowCommands:
    'Whether the output of the task can issue workflow commands: deny, annotations (error, warning, notice and groups alone, rewritten) or allow.',
  allowFailure:
    'Whether the task may fail: its step and job succeed all the same, and the report shows it as failed but allowed.',
  retry:
    'How often the task is tried again, each time in a fresh container and workspace, and after which failures. Default: never.',
  guard:
    'Whether a small process ends the task some 15 seconds after main died, where nothing else has done it by then (the runner was killed).',
  maxContainers:
    'How many containers of this action there may be on the engine when the task starts, its own included; else it waits, as long as its timeout at most. Default: any number.',
  services:
    'Containers next to the task, such as databases, by the names under which it reaches them; each task has its own. Default: none.',
  onCancel:
    'Status of a task that a cancel ended while it ran: cancelled, or succeeded for a service of later steps.',
}

/** What each field of a task in a task file means. */
export const FILE_FIELDS = {
  'allow-failure': 'Whether the task may fail; the same as allowFailure of its container.',
  id: 'Name of the task, unique in the file.',
  requiredCapabilities:
    'What a runner has to offer. docker is added where a container is enabled. Default: none.',
  runsOn:
    'Label, list of labels, or { group, labels } of the runner, as in runs-on of a job. Default: the labels of its capabilities, else the input runs-on.',
  paths:
    'The task is left out where none of these paths changed. Patterns as in on.push.paths of a workflow. Default: it always runs.',
  strategy:
    'Lists of values by key, with include and exclude as in the matrix of a job: one task for each combination. Default: one task.',
}
