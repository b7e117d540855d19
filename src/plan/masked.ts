/** Names under which secrets are kept. */
const SECRET_NAME = /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)/i
/** Shorter values are in any text, and no secrets. */
const SHORTEST = 3

/**
 * Outputs that hold the value of a variable which is likely a secret, or a line of it, as the runner masks them. What
 * else is masked in the job an action cannot know.
 */
export function maskedIn(
  outputs: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): { output: string; variable: string }[] {
  const secrets = Object.entries(env).filter(([name]) => SECRET_NAME.test(name) && !name.startsWith('INPUT_'))
  return Object.entries(outputs).flatMap(([output, text]) =>
    secrets.flatMap(([variable, value = '']) => {
      const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= SHORTEST)
      return lines.some((line) => text.includes(line)) ? [{ output, variable }] : []
    }),
  )
}
