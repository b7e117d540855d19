/** Whose machine the runner is on, as it names it: `github-hosted` or `self-hosted`; null when it does not say. */
export const runnerEnvironment = (env: NodeJS.ProcessEnv): string | null => env.RUNNER_ENVIRONMENT || null
