import { randomInt, randomUUID } from 'node:crypto'
import { arch, platform } from 'node:os'
import { unusableRuntime } from '../artifacts/runtime-token.ts'
import type { Layout } from './layout.ts'

export type Environment = Record<string, string>

/** Of the environment of the tests a step gets these and no more: the search path, and the way to the engine. */
const INHERITED = [
  ...['PATH', 'HOME'],
  ...['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'],
]

export function inherited(): Environment {
  const entries = INHERITED.map((name) => [name, process.env[name] ?? ''] as const)
  return { LANG: 'C.UTF-8', ...Object.fromEntries(entries.filter(([, value]) => value !== '')) }
}

/** The `GITHUB_*` of a job but for those that differ from step to step. Each job has its own run. */
export function githubVariables(repository: string): Environment {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'octocat',
    GITHUB_ACTOR_ID: '583231',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_BASE_REF: '',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_HEAD_REF: '',
    GITHUB_JOB: 'test',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: '1296269',
    GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
    GITHUB_REPOSITORY_OWNER_ID: '6811672',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(randomInt(10 ** 10, 10 ** 11)),
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
    GITHUB_TRIGGERING_ACTOR: 'octocat',
    GITHUB_WORKFLOW: 'Tests',
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/tests.yml@refs/heads/main`,
    GITHUB_WORKFLOW_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
  }
}

/** What the runner adds from its own folders. `GITHUB_ACTION_PATH` is missing: it is for composite actions only. */
export function githubFolders(layout: Layout): Environment {
  return { GITHUB_EVENT_PATH: layout.event, GITHUB_WORKSPACE: layout.workspace }
}

export function runnerVariables(layout: Layout): Environment {
  const names: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS', win32: 'Windows' }
  return {
    RUNNER_ARCH: arch().toUpperCase(),
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'runner-of-the-tests',
    RUNNER_OS: names[platform()] ?? 'Linux',
    RUNNER_TEMP: layout.temp,
    RUNNER_TOOL_CACHE: layout.tools,
    RUNNER_TRACKING_ID: `github_${randomUUID()}`,
    RUNNER_WORKSPACE: layout.pipeline,
  }
}

/** The services of a run, which only actions see. Without a service of artifacts nothing answers at the address. */
export function runtimeVariables(artifacts: Environment = unusableRuntime()): Environment {
  return {
    ACTIONS_CACHE_SERVICE_V2: 'True',
    ACTIONS_CACHE_URL: unusableRuntime().ACTIONS_RESULTS_URL,
    ACTIONS_RUNTIME_URL: unusableRuntime().ACTIONS_RESULTS_URL,
    ...artifacts,
  }
}

/** `{PREFIX_NAME: value}` as the context that expressions see: `{name: value}`. */
export function contextOf(prefix: string, variables: Environment): Record<string, unknown> {
  const own = Object.entries(variables).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value]))
}
